package dev.relevo.local.api;

import static dev.relevo.local.api.Cells.NONE;
import static dev.relevo.local.api.Cells.age;
import static dev.relevo.local.api.Cells.at;
import static dev.relevo.local.api.Cells.count;
import static dev.relevo.local.api.Cells.name;
import static dev.relevo.local.api.Cells.number;
import static dev.relevo.local.api.Cells.text;
import static dev.relevo.local.api.Cells.wide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.api.Tables.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How autoscalers, disruption budgets and events are printed. */
final class PolicyColumns {
    private PolicyColumns() {}

    static List<Column> autoscaler() {
        return List.of(
                name(),
                text(
                        "Reference",
                        object -> at(object, "/spec/scaleTargetRef/kind", "") + "/"
                                + at(object, "/spec/scaleTargetRef/name", "")),
                text("Targets", PolicyColumns::targets),
                text("MinPods", object -> at(object, "/spec/minReplicas", "<unset>")),
                number("MaxPods", object -> count(object, "/spec/maxReplicas")),
                number("Replicas", object -> count(object, "/status/currentReplicas")),
                age());
    }

    private static String targets(ObjectNode autoscaler) {
        List<String> targets = new ArrayList<>();
        String processor = at(autoscaler, "/spec/targetCPUUtilizationPercentage", "");
        if (!processor.isEmpty()) {
            targets.add("cpu: " + at(autoscaler, "/status/currentCPUUtilizationPercentage", "<unknown>") + "/"
                    + processor + "%");
        }
        JsonNode metrics = autoscaler.at("/spec/metrics");
        for (int i = 0; i < metrics.size(); i++) {
            JsonNode resource = metrics.get(i).path("resource");
            String current =
                    at(autoscaler, "/status/currentMetrics/" + i + "/resource/current/averageUtilization", "<unknown>");
            String shown = current.startsWith("<") ? current : current + "%";
            targets.add(
                    resource.isMissingNode()
                            ? "<unknown>/" + metrics.get(i).path("type").asText()
                            : resource.path("name").asText() + ": " + shown + "/" + target(resource.path("target")));
        }
        return targets.isEmpty() ? NONE : String.join(", ", targets);
    }

    private static String target(JsonNode target) {
        return target.has("averageUtilization")
                ? target.path("averageUtilization").asText() + "%"
                : target.path("averageValue").asText(target.path("value").asText("<auto>"));
    }

    static List<Column> disruptionBudget() {
        return List.of(
                name(),
                text("Min Available", budget -> at(budget, "/spec/minAvailable", "N/A")),
                text("Max Unavailable", budget -> at(budget, "/spec/maxUnavailable", "N/A")),
                number("Allowed Disruptions", budget -> count(budget, "/status/disruptionsAllowed")),
                age());
    }

    static List<Column> event() {
        return List.of(
                text("Last Seen", TableColumns::eventAge),
                text("Type", event -> at(event, "/type", "")),
                text("Reason", event -> at(event, "/reason", "")),
                text("Object", event -> about(event, "kind").toLowerCase(Locale.ROOT) + "/" + about(event, "name")),
                wide(text("Subobject", event -> about(event, "fieldPath"))),
                wide(text("Source", event -> at(event, "/source/component", at(event, "/reportingComponent", "")))),
                text(
                        "Message",
                        event -> at(event, "/message", at(event, "/note", "")).strip()),
                wide(text(
                        "First Seen",
                        event -> Cells.since(
                                event,
                                event.has("firstTimestamp") ? "/firstTimestamp" : "/metadata/creationTimestamp"))),
                wide(number("Count", event -> Math.max(1, count(event, "/count")))),
                wide(name()));
    }

    /** Of the object that the event is about, which the two versions of Event name differently. */
    private static String about(ObjectNode event, String field) {
        return at(event, "/involvedObject/" + field, at(event, "/regarding/" + field, ""));
    }

    static String controller(ObjectNode revision) {
        for (JsonNode owner : revision.at("/metadata/ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return owner.path("kind").asText().toLowerCase(Locale.ROOT) + "/"
                        + owner.path("name").asText();
            }
        }
        return NONE;
    }
}
