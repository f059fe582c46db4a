/**
 * hubstash's own worker behind the benchmark's meter; the order of these two lines is what makes it so. `dist/` lies
 * beside the page where it is served.
 */
import "./install-meter.js";
import "./dist/worker.js";
