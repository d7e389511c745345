package dev.relevo.deploy.execute;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.VerifyConfig.HttpCheck;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.plan.Operation.SmokeThrough;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.traffic.PreviewRoute;
import dev.relevo.verify.Entry;
import dev.relevo.verify.HttpReply;
import dev.relevo.verify.Reach;
import dev.relevo.verify.SmokeCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Asks a candidate the way that users come. It opens only on answers that show that they are the candidate's. */
final class PreviewGate {
    /** Gateways take some seconds to follow a new route. */
    private static final Duration FOLLOWED_WITHIN = Duration.ofSeconds(15);

    private final Cluster cluster;
    private final Reach reach;
    private final Pace pace;
    private final Waiter waiter;
    private final EventSink events;

    PreviewGate(Tools tools) {
        this.cluster = tools.cluster();
        this.reach = tools.reach();
        this.pace = tools.pace();
        this.waiter = tools.waiter();
        this.events = tools.events();
    }

    String smoke(String id, SmokeThrough smoke) throws InterruptedException {
        Entry entry = entry(smoke);
        if (entry instanceof Entry.Unknown unknown) {
            return notAsked(smoke, unknown.why());
        }
        for (HttpCheck check : smoke.checks()) {
            Optional<String> missed = smoke(id, smoke, (Entry.At) entry, new SmokeCheck(check));
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
    private Optional<String> smoke(String id, SmokeThrough smoke, Entry.At entry, SmokeCheck check)
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
                    throw SmokeGate.failed(complaint.get(), entry.base() + " by " + smoke.preview(), check);
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
            events.emit(new Event.TaskProgress(id, 0, 0, "", complaint.get()));
            waiter.pause(SmokeGate.BETWEEN_ATTEMPTS);
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
}
