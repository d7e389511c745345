package dev.relevo.deploy.execute;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.VerifyConfig.HttpCheck;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Operation.Smoke;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import dev.relevo.verify.Contact;
import dev.relevo.verify.Reach;
import dev.relevo.verify.SmokeCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Asks through a Service, from outside. It opens when the answers are the ones that are expected, each within its time. */
final class SmokeGate {
    static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);
    /** Proxies on all nodes have heard of new endpoints by then. */
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);

    private static final Duration KNOCK_TIMEOUT = Duration.ofSeconds(5);

    private final Cluster cluster;
    private final Writer writer;
    private final Reach reach;
    private final Pace pace;
    private final Waiter waiter;
    private final EventSink events;

    SmokeGate(Tools tools, Writer writer) {
        this.cluster = tools.cluster();
        this.writer = writer;
        this.reach = tools.reach();
        this.pace = tools.pace();
        this.waiter = tools.waiter();
        this.events = tools.events();
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
        // It was there before it was switched, so what came back then says all about it.
        KubeObject service = writer.written(knock.service()).orElseGet(() -> live(knock.service()));
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
            askAgain(id, complaint.get());
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
            askAgain(id, complaint.get());
        }
    }

    /** In a moment; who watches is told why. */
    private void askAgain(String id, String complaint) throws InterruptedException {
        events.emit(new Event.TaskProgress(id, 0, 0, "", complaint));
        waiter.pause(BETWEEN_ATTEMPTS);
    }

    static RelevoException failed(String complaint, String through, SmokeCheck smoke) {
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
}
