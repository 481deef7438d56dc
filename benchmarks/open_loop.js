// k6: scenarios from $SCENARIOS, each asking for one page; what was found goes to the file $TOLD.
import http from "k6/http";

const scenarios = JSON.parse(__ENV.SCENARIOS);
const thresholds = {};
for (const name of Object.keys(scenarios)) {
  // A threshold that always holds makes k6 tell of each scenario apart.
  thresholds[`http_req_duration{scenario:${name}}`] = ["max>=0"];
  thresholds[`http_req_failed{scenario:${name}}`] = ["rate>=0"];
  thresholds[`http_reqs{scenario:${name}}`] = ["count>=0"];
  thresholds[`dropped_iterations{scenario:${name}}`] = ["count>=0"];
}

http.setResponseCallback(http.expectedStatuses(200));

export const options = {
  scenarios,
  thresholds,
  discardResponseBodies: true,
  summaryTrendStats: ["med", "p(99)", "max"],
};

export default function () {
  http.get(__ENV.URL, { headers: { "Accept-Encoding": __ENV.ENCODING }, timeout: "10s" });
}

export function handleSummary(data) {
  return { [__ENV.TOLD]: JSON.stringify(data) };
}
