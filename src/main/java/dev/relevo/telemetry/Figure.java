package dev.relevo.telemetry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Something that is measured of a run.
 *
 * @param name as OpenTelemetry writes names, e.g. {@code relevo.step.duration}
 * @param unit {@code s} for seconds; empty for a number
 * @param meaning one sentence
 * @param labels what tells it from others of the same name
 */
record Figure(String name, String unit, String meaning, Map<String, String> labels, double value) {
    Figure {
        labels = Map.copyOf(labels);
    }

    /** All that can be said of a run and what it has come to. */
    static List<Figure> of(RunEnd run, Delivery delivery) {
        List<Figure> all = new ArrayList<>();
        String outcome = run.outcome(delivery.unchanged());
        all.add(number("relevo.run.outcome", "How the run ended: always 1.", Map.of("outcome", outcome), 1));
        all.add(seconds(
                "relevo.run.end.timestamp",
                "When the run ended, since 1970.",
                Map.of(),
                run.at().toEpochMilli() / 1e3));
        all.add(seconds(
                "relevo.run.duration",
                "How long the run took.",
                Map.of(),
                run.took().toMillis() / 1e3));
        for (Delivery.Step step : delivery.steps()) {
            Map<String, String> labels =
                    Map.of("step", step.name(), "outcome", word(step.outcome().name()));
            all.add(seconds(
                    "relevo.step.duration",
                    "How long the step took.",
                    labels,
                    step.took().toMillis() / 1e3));
        }
        delivery.plan()
                .ifPresent(plan ->
                        all.add(number("relevo.release.number", "Number of the release.", Map.of(), plan.release())));
        delivery.handOver()
                .ifPresent(time -> all.add(seconds(
                        "relevo.handover.duration",
                        "From the first change that users could notice to the last.",
                        Map.of(),
                        java.time.Duration.between(time.start(), time.end()).toMillis() / 1e3)));
        if (outcome.equals("done")) {
            delivery.leadTime()
                    .ifPresent(time -> all.add(seconds(
                            "relevo.release.lead.time",
                            "From the commit until the release served.",
                            Map.of(
                                    "release",
                                    Integer.toString(
                                            delivery.plan().orElseThrow().release())),
                            time.toMillis() / 1e3)));
        }
        delivery.requests().ifPresent(requests -> {
            all.add(number(
                    "relevo.candidate.requests",
                    "Requests that the candidate answered while it was watched.",
                    Map.of(),
                    requests.answers()));
            all.add(number(
                    "relevo.candidate.requests.failed", "Those of them that failed.", Map.of(), requests.errors()));
        });
        return all;
    }

    private static Figure seconds(String name, String meaning, Map<String, String> labels, double value) {
        return new Figure(name, "s", meaning, labels, value);
    }

    private static Figure number(String name, String meaning, Map<String, String> labels, double value) {
        return new Figure(name, "", meaning, labels, value);
    }

    static String word(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
