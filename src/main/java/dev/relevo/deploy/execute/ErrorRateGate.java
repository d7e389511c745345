package dev.relevo.deploy.execute;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.VerifyConfig.MetricsCheck;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.plan.Operation.MetricsGate;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import dev.relevo.verify.ErrorRate;
import dev.relevo.verify.HttpAsk;
import dev.relevo.verify.HttpReply;
import dev.relevo.verify.Reach;
import dev.relevo.verify.RequestCounts;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Judges a candidate by the errors that its pods count. It opens only on data: too few requests are never a pass. */
final class ErrorRateGate {
    /** When the time is over and too few requests have come. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
    /** What looks on asks the candidate's pods seldom. */
    private static final Duration BETWEEN_READINGS = Duration.ofSeconds(5);

    private static final Duration SCRAPE_TIMEOUT = Duration.ofSeconds(10);

    private final Cluster cluster;
    private final Reach reach;
    private final Pace pace;
    private final Waiter waiter;
    private final EventSink events;
    private final Duration patience;

    ErrorRateGate(Tools tools) {
        this.cluster = tools.cluster();
        this.reach = tools.reach();
        this.pace = tools.pace();
        this.waiter = tools.waiter();
        this.events = tools.events();
        this.patience = tools.patience();
    }

    String judge(String id, MetricsGate gate) throws InterruptedException {
        Readings before = readings(gate);
        Duration began = pace.elapsed();
        lookOn(id, gate, before);
        while (true) {
            Judgement now = counted(id, gate, before);
            if (now.enough(gate.check())) {
                return judged(now, gate.check());
            }
            events.emit(new Event.TaskProgress(
                    id,
                    Math.round(now.rate().answers()),
                    gate.check().minRequests(),
                    "requests",
                    now.rate().toString()));
            if (pace.elapsed().minus(began).compareTo(gate.during().plus(patience)) >= 0) {
                throw tooFew(now, gate.check());
            }
            waiter.pause(BETWEEN_LOOKS);
        }
    }

    /**
     * What the pods have counted so far.
     *
     * @param baseline those of the old version; empty where none is compared
     */
    private record Readings(Map<String, RequestCounts> candidate, Optional<Map<String, RequestCounts>> baseline) {}

    /**
     * What was counted since.
     *
     * @param baseline of the old version; empty where none is compared
     */
    private record Judgement(ErrorRate rate, Optional<ErrorRate> baseline) {
        boolean enough(MetricsCheck check) {
            return rate.enough(check)
                    && baseline.filter(old -> !old.enough(check)).isEmpty();
        }

        String compared() {
            return baseline.map(old -> "; the baseline: " + old).orElse("");
        }
    }

    private static RelevoException tooFew(Judgement seen, MetricsCheck check) {
        boolean candidate = !seen.rate().enough(check);
        ErrorRate few = candidate ? seen.rate() : seen.baseline().orElseThrow();
        return Problem.of(
                        DeployError.METRICS_FAILED,
                        "The " + (candidate ? "candidate" : "baseline") + " answered only "
                                + Math.round(few.answers()) + " requests; " + check.minRequests()
                                + " are needed to judge it, and no data is no pass")
                .remedy("Send it traffic, observe it longer, or lower verify.metrics.minRequests")
                .asException();
    }

    /** Lets the time of the gate pass. What is read in between decides nothing, but shows whoever looks on how it goes. */
    private void lookOn(String id, MetricsGate gate, Readings before) throws InterruptedException {
        Duration tenth = gate.during().dividedBy(10);
        Duration between = tenth.compareTo(BETWEEN_READINGS) < 0 ? BETWEEN_READINGS : tenth;
        Duration left = gate.during();
        while (left.compareTo(between.multipliedBy(2)) >= 0) {
            waiter.pause(between);
            left = left.minus(between);
            Judgement unused = counted(id, gate, before);
        }
        waiter.pause(left);
    }

    private Judgement counted(String id, MetricsGate gate, Readings before) throws InterruptedException {
        Readings now = readings(gate);
        ErrorRate rate = ErrorRate.between(before.candidate(), now.candidate());
        MetricsCheck check = gate.check();
        long errors = Math.round(rate.errors());
        long answers = Math.max(errors, Math.round(rate.answers()));
        events.emit(new Event.ErrorsCounted(id, answers, errors, check.maxErrorRate(), check.minRequests()));
        return new Judgement(
                rate,
                now.baseline().map(counts -> ErrorRate.between(before.baseline().orElseThrow(), counts)));
    }

    private static String judged(Judgement seen, MetricsCheck check) {
        ErrorRate rate = seen.rate();
        if (!rate.within(check)) {
            throw Problem.of(
                            DeployError.METRICS_FAILED,
                            "The candidate fails too often: " + rate + "; at most " + 100 * check.maxErrorRate()
                                    + " % are allowed" + seen.compared())
                    .remedy("Look at the candidate's log, or correct verify.metrics.maxErrorRate")
                    .asException();
        }
        if (seen.baseline().filter(old -> !rate.within(check, old)).isPresent()) {
            throw Problem.of(
                            DeployError.METRICS_FAILED,
                            "The candidate fails more often than the old version: " + rate + seen.compared()
                                    + "; at most " + 100 * check.maxAboveBaseline() + " points more are allowed")
                    .remedy("Look at the candidate's log, or correct verify.metrics.maxAboveBaseline")
                    .asException();
        }
        return rate + seen.compared();
    }

    private Readings readings(MetricsGate gate) throws InterruptedException {
        return new Readings(
                scrape(gate, gate.pods()),
                gate.baseline().isEmpty() ? Optional.empty() : Optional.of(scrape(gate, gate.baseline())));
    }

    private Map<String, RequestCounts> scrape(MetricsGate gate, Map<String, String> labels)
            throws InterruptedException {
        Map<String, RequestCounts> counts = new HashMap<>();
        List<KubeObject> pods = cluster.list(Kind.POD, gate.namespace(), labels).items();
        for (KubeObject pod : pods) {
            if (pod.deleting()) {
                continue;
            }
            HttpAsk ask = new HttpAsk(
                    "GET", gate.check().path(), Map.of(), gate.check().port(), SCRAPE_TIMEOUT);
            try {
                HttpReply reply = reach.send(pod, ask);
                if (reply.status() == 200) {
                    counts.put(pod.uid(), RequestCounts.read(reply.body(), gate.check()));
                }
            } catch (IOException e) {
                events.emit(new Event.Info("The metrics of " + pod.ref() + " cannot be read: " + e.getMessage()));
            }
        }
        return counts;
    }
}
