/** The parts of Chart.js that the page needs; bundled, so that the rest stays away. */
export { BarController, BarElement, CategoryScale, Chart, Legend, LogarithmicScale, Tooltip } from "chart.js";
