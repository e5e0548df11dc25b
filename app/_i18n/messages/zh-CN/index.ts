import analytics from "./analytics.json";
import charts from "./charts.json";
import common from "./common.json";
import dog from "./dog.json";
import dogs from "./dogs.json";
import errors from "./errors.json";
import feed from "./feed.json";
import force from "./force.json";
import format from "./format.json";
import journal from "./journal.json";
import live from "./live.json";
import overview from "./overview.json";
import palette from "./palette.json";
import past from "./past.json";
import reasons from "./reasons.json";
import reconnections from "./reconnections.json";
import shell from "./shell.json";
import states from "./states.json";
import table from "./table.json";
import tickets from "./tickets.json";
import ui from "./ui.json";
import verdict from "./verdict.json";
import window from "./window.json";

export default {
  analytics,
  charts,
  common,
  dog,
  dogs,
  errors,
  feed,
  force,
  format,
  journal,
  live,
  overview,
  palette,
  past,
  reasons,
  reconnections,
  shell,
  states,
  table,
  tickets,
  ui,
  verdict,
  window,
};
