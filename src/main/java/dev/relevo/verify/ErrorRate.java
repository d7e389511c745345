package dev.relevo.verify;

import dev.relevo.config.VerifyConfig.MetricsCheck;
import java.util.Locale;
import java.util.Map;

/**
 * The error share of a candidate between two readings of its pods' counters.
 *
 * @param answers requests answered in between
 * @param errors those with status 5xx
 */
public record ErrorRate(double answers, double errors) {
    /** Over all pods that were read at the end; one that is new since the beginning counts from 0. */
    public static ErrorRate between(Map<String, RequestCounts> before, Map<String, RequestCounts> after) {
        RequestCounts none = new RequestCounts(Map.of(), Map.of());
        double answers = 0;
        double errors = 0;
        for (Map.Entry<String, RequestCounts> pod : after.entrySet()) {
            RequestCounts earlier = before.getOrDefault(pod.getKey(), none);
            answers += pod.getValue().answersSince(earlier);
            errors += pod.getValue().errorsSince(earlier);
        }
        return new ErrorRate(answers, errors);
    }

    /** 0 to 1; 0 when nothing was answered, which {@link #enough} does not accept. */
    public double share() {
        return answers <= 0 ? 0 : errors / answers;
    }

    /** Whether so many answers were seen that the share means something. */
    public boolean enough(MetricsCheck check) {
        return answers >= check.minRequests();
    }

    /** Whether the share is within the bound. */
    public boolean within(MetricsCheck check) {
        return share() <= check.maxErrorRate();
    }

    /** Whether the share is as great as another one's, within the bound. */
    public boolean within(MetricsCheck check, ErrorRate baseline) {
        return share() <= baseline.share() + check.maxAboveBaseline();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.0f of %.0f requests failed (%.2f %%)", errors, answers, 100 * share());
    }
}
