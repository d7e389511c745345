package dev.relevo.local.api;

import static dev.relevo.local.api.Cells.NONE;
import static dev.relevo.local.api.Cells.age;
import static dev.relevo.local.api.Cells.at;
import static dev.relevo.local.api.Cells.count;
import static dev.relevo.local.api.Cells.name;
import static dev.relevo.local.api.Cells.number;
import static dev.relevo.local.api.Cells.since;
import static dev.relevo.local.api.Cells.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.api.Tables.Column;
import java.util.ArrayList;
import java.util.List;

/** How jobs are printed. */
final class BatchColumns {
    private BatchColumns() {}

    static List<Column> job() {
        List<Column> columns = new ArrayList<>(List.of(
                name(),
                text("Status", BatchColumns::status),
                text("Completions", job -> count(job, "/status/succeeded") + "/" + count(job, "/spec/completions")),
                text(
                        "Duration",
                        job -> job.at("/status/startTime").isTextual()
                                ? Cells.between(job, "/status/startTime", "/status/completionTime")
                                : ""),
                age()));
        columns.addAll(Cells.workload(true));
        return columns;
    }

    private static String status(ObjectNode job) {
        for (JsonNode condition : job.at("/status/conditions")) {
            String type = condition.path("type").asText();
            boolean holds = condition.path("status").asText().equals("True");
            if (holds
                    && List.of("Complete", "Failed", "Suspended", "FailureTarget")
                            .contains(type)) {
                return type;
            }
        }
        return job.path("metadata").has("deletionTimestamp") ? "Terminating" : "Running";
    }

    static List<Column> cronJob() {
        List<Column> columns = new ArrayList<>(List.of(
                name(),
                text("Schedule", job -> at(job, "/spec/schedule", "")),
                text("Timezone", job -> at(job, "/spec/timeZone", NONE)),
                text("Suspend", job -> job.at("/spec/suspend").asBoolean() ? "True" : "False"),
                number("Active", job -> job.at("/status/active").size()),
                text(
                        "Last Schedule",
                        job -> job.at("/status/lastScheduleTime").isTextual()
                                ? since(job, "/status/lastScheduleTime")
                                : NONE),
                age()));
        columns.addAll(Cells.workload("/spec/jobTemplate/spec", true));
        return columns;
    }
}
