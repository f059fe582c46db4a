// The package's own worker, in which IndexedDB fails as told.
import "./faults.js";
import "/dist/worker.js";
