package dev.relevo.deploy.execute;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.VerifyConfig.HttpCheck;
import dev.relevo.config.VerifyConfig.MetricsCheck;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Operation.MetricsGate;
import dev.relevo.deploy.plan.Operation.Smoke;
import dev.relevo.deploy.plan.Operation.SmokeThrough;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import dev.relevo.traffic.PreviewRoute;
import dev.relevo.verify.Contact;
import dev.relevo.verify.Entry;
import dev.relevo.verify.ErrorRate;
import dev.relevo.verify.HttpAsk;
import dev.relevo.verify.HttpReply;
import dev.relevo.verify.Reach;
import dev.relevo.verify.RequestCounts;
import dev.relevo.verify.SmokeCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts a version to the test. A gate opens only on evidence: no answer and no data are never a pass. */
final class Gates {
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);
    /** Proxies on all nodes have heard of new endpoints by then. */
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);

    /** What looks on asks the candidate's pods seldom. */
    private static final Duration BETWEEN_READINGS = Duration.ofSeconds(5);

    /** Gateways take some seconds to follow a new route. */
    private static final Duration FOLLOWED_WITHIN = Duration.ofSeconds(15);

    private static final Duration KNOCK_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SCRAPE_TIMEOUT = Duration.ofSeconds(10);

    private final Cluster cluster;
    private final Reach reach;
    private final Pace pace;
    private final Waiter waiter;
    private final EventSink events;
    private final Duration patience;

    Gates(Tools tools) {
        this.cluster = tools.cluster();
        this.reach = tools.reach();
        this.pace = tools.pace();
        this.waiter = tools.waiter();
        this.events = tools.events();
        this.patience = tools.patience();
    }

    String smoke(String id, Smoke smoke) throws InterruptedException {
        KubeObject service = live(smoke.service());
        for (HttpCheck check : smoke.checks()) {
            smoke(id, service, new SmokeCheck(check));
        }
        return smoke.checks().size() + " answered as expected";
    }

    private KubeObject live(ObjectRef service) {
        return cluster.get(service)
                .orElseThrow(
                        () -> Problem.of(DeployError.SMOKE_FAILED, service + " is not there, so nothing can be asked")
                                .asException());
    }

    String knock(String id, Operation.Knock knock) throws InterruptedException {
        KubeObject service = live(knock.service());
        Duration end = pace.elapsed().plus(ANSWERS_WITHIN);
        while (true) {
            Contact contact = reach.contact(service, KNOCK_TIMEOUT);
            if (contact instanceof Contact.Unknown unknown) {
                return "not known: " + unknown.why();
            }
            Optional<String> complaint =
                    contact instanceof Contact.None none ? Optional.of(none.why()) : Optional.empty();
            events.emit(new Event.Answered(id, "any answer", complaint));
            if (complaint.isEmpty()) {
                return "it does";
            }
            if (pace.elapsed().compareTo(end) >= 0) {
                throw Problem.of(
                                DeployError.SMOKE_FAILED,
                                "Nobody answers behind " + service.ref() + ": " + complaint.get())
                        .detail("Tried for " + ANSWERS_WITHIN.toSeconds() + " s through the API server")
                        .remedy("Does the app listen on the targetPort of the Service, on all addresses of its pod?")
                        .asException();
            }
            waiter.pause(BETWEEN_ATTEMPTS);
        }
    }

    private void smoke(String id, KubeObject service, SmokeCheck smoke) throws InterruptedException {
        Duration end = pace.elapsed().plus(smoke.check().within());
        while (true) {
            Optional<String> complaint = attempt(service, smoke);
            events.emit(new Event.Answered(id, smoke.what(), complaint));
            if (complaint.isEmpty()) {
                return;
            }
            if (pace.elapsed().compareTo(end) >= 0) {
                throw failed(complaint.get(), service.ref().toString(), smoke);
            }
            waiter.pause(BETWEEN_ATTEMPTS);
        }
    }

    private static RelevoException failed(String complaint, String through, SmokeCheck smoke) {
        return Problem.of(DeployError.SMOKE_FAILED, "Smoke check failed: " + complaint)
                .detail("Asked through " + through + " for "
                        + smoke.check().within().toSeconds() + " s")
                .remedy("Correct the new version, or the check in verify.http")
                .asException();
    }

    private Optional<String> attempt(KubeObject service, SmokeCheck smoke) throws InterruptedException {
        try {
            return smoke.complaint(reach.send(service, smoke.ask()));
        } catch (IOException e) {
            return Optional.of(smoke.what() + ": " + e.getMessage());
        }
    }

    /** Through a preview route: an answer that does not show that it came that way may be another version's. */
    String smokeThrough(String id, SmokeThrough smoke) throws InterruptedException {
        Entry entry = entry(smoke);
        if (entry instanceof Entry.Unknown unknown) {
            return notAsked(smoke, unknown.why());
        }
        for (HttpCheck check : smoke.checks()) {
            Optional<String> missed = smokeThrough(id, smoke, (Entry.At) entry, new SmokeCheck(check));
            if (missed.isPresent()) {
                return notAsked(smoke, missed.get());
            }
        }
        return smoke.checks().size() + " answered as expected at " + ((Entry.At) entry).base();
    }

    private Entry entry(SmokeThrough smoke) {
        ObjectRef beside = smoke.beside();
        return cluster.list(beside.kind(), beside.namespace(), Map.of()).items().stream()
                .filter(route -> route.ref().equals(beside))
                .findFirst()
                .map(reach::entry)
                .orElseGet(() -> new Entry.Unknown(beside + " is not there any more"));
    }

    /** @return why nothing can be said; empty when the candidate has answered as expected */
    private Optional<String> smokeThrough(String id, SmokeThrough smoke, Entry.At entry, SmokeCheck check)
            throws InterruptedException {
        Duration right = pace.elapsed().plus(check.check().within());
        Duration followed = pace.elapsed().plus(FOLLOWED_WITHIN);
        while (true) {
            Optional<String> complaint;
            try {
                HttpReply reply = reach.send(entry, check.ask().with(PreviewRoute.HEADER, smoke.mark()));
                boolean candidates = followed(reply, smoke.mark());
                complaint = candidates ? check.complaint(reply) : Optional.of(elsewhere(entry, check, reply));
                if (candidates && complaint.isPresent() && pace.elapsed().compareTo(right) >= 0) {
                    events.emit(new Event.Answered(id, check.what(), complaint));
                    throw failed(complaint.get(), entry.base() + " by " + smoke.preview(), check);
                }
            } catch (IOException e) {
                complaint = Optional.of(check.what() + ": " + e.getMessage());
            }
            events.emit(new Event.Answered(id, check.what(), complaint));
            boolean over =
                    pace.elapsed().compareTo(right) >= 0 && pace.elapsed().compareTo(followed) >= 0;
            if (complaint.isEmpty() || over) {
                return complaint;
            }
            waiter.pause(BETWEEN_ATTEMPTS);
        }
    }

    private static String elsewhere(Entry.At entry, SmokeCheck check, HttpReply reply) {
        return "the answer of " + entry.base() + " to " + check.what() + ", with status " + reply.status()
                + ", does not show that it is the candidate's";
    }

    private static boolean followed(HttpReply reply, String mark) {
        return reply.header(PreviewRoute.HEADER).contains(mark)
                || reply.header("set-cookie").stream()
                        .anyMatch(cookie -> cookie.startsWith(PreviewRoute.cookie(mark) + "="));
    }

    private String notAsked(SmokeThrough smoke, String why) {
        if (smoke.required()) {
            throw Problem.of(
                            DeployError.SMOKE_FAILED,
                            "The candidate could not be asked by " + smoke.preview() + ": " + why)
                    .remedy("Let this machine reach the route's entry, or set deploy.blueGreen.preview to auto")
                    .asException();
        }
        events.emit(new Event.Warning(
                "The candidate was not asked by " + smoke.preview() + ": " + why,
                "It was asked through its own Service only; deploy.blueGreen.preview: off leaves this out"));
        return "not asked: " + why;
    }

    String metrics(String id, MetricsGate gate) throws InterruptedException {
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
            waiter.pause(BETWEEN_ATTEMPTS.multipliedBy(4));
        }
    }

    /** What the pods have counted so far. @param baseline those of the old version; empty where none is compared */
    private record Readings(Map<String, RequestCounts> candidate, Optional<Map<String, RequestCounts>> baseline) {}

    /** What was counted since. @param baseline of the old version; empty where none is compared */
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
