package dev.relevo.verify;

import dev.relevo.config.VerifyConfig.MetricsCheck;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answered requests as one pod's Prometheus text counts them, by series.
 *
 * @param answers count of every series of the counter
 * @param errors the part of them with status 5xx
 */
public record RequestCounts(Map<String, Double> answers, Map<String, Double> errors) {
    /** {@code name{label="value",…} number}, as the text format 0.0.4 and OpenMetrics have it. */
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})?\\s+([-+0-9.eEINFa-z]+)(?:\\s+.*)?");

    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    public RequestCounts {
        answers = Map.copyOf(answers);
        errors = Map.copyOf(errors);
    }

    /** Reads the counter that the check names. */
    public static RequestCounts read(String text, MetricsCheck check) {
        Map<String, Double> answers = new LinkedHashMap<>();
        Map<String, Double> errors = new LinkedHashMap<>();
        text.lines().filter(line -> line.startsWith(check.requests())).forEach(line -> {
            Matcher sample = SAMPLE.matcher(line.strip());
            if (sample.matches() && sample.group(1).equals(check.requests())) {
                String series = sample.group(2) == null ? "" : sample.group(2);
                double value = number(sample.group(3));
                answers.put(series, value);
                if (labels(series).getOrDefault(check.statusLabel(), "").startsWith("5")) {
                    errors.put(series, value);
                }
            }
        });
        return new RequestCounts(answers, errors);
    }

    /** Answers that were added since an earlier reading of the same pod; a restarted counter counts from 0. */
    public double answersSince(RequestCounts earlier) {
        return added(answers, earlier.answers);
    }

    /** Answers with status 5xx that were added since. */
    public double errorsSince(RequestCounts earlier) {
        return added(errors, earlier.errors);
    }

    private static double added(Map<String, Double> now, Map<String, Double> before) {
        double sum = 0;
        for (Map.Entry<String, Double> series : now.entrySet()) {
            double was = before.getOrDefault(series.getKey(), 0.0);
            sum += series.getValue() >= was ? series.getValue() - was : series.getValue();
        }
        return sum;
    }

    private static Map<String, String> labels(String series) {
        Map<String, String> labels = new HashMap<>();
        Matcher label = LABEL.matcher(series);
        while (label.find()) {
            labels.put(label.group(1), label.group(2));
        }
        return labels;
    }

    private static double number(String written) {
        try {
            double value = Double.parseDouble(written);
            return Double.isFinite(value) ? value : 0;
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }
}
