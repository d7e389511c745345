package dev.relevo.deploy.execute;

import dev.relevo.cluster.KubeObject;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Marks;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.traffic.HttpRoute;
import dev.relevo.traffic.IngressCanary;
import dev.relevo.traffic.ReplicaRatio;
import dev.relevo.traffic.Router;
import dev.relevo.traffic.ServiceSelector;
import dev.relevo.traffic.Share;
import java.util.Optional;

/** Gives a candidate its share of the traffic, and takes it back, through whichever router there is. */
final class TrafficShift {
    private final Writer writer;
    private final Scaling scaling;
    private final ReleaseRecords records;
    private final EventSink events;

    TrafficShift(Writer writer, Scaling scaling, ReleaseRecords records, EventSink events) {
        this.writer = writer;
        this.scaling = scaling;
        this.records = records;
        this.events = events;
    }

    String shift(String id, Operation.ShiftTraffic shift) {
        Router router = shift.router();
        int percent = shift.percent();
        Share share = shift(router, percent);
        // By the number of pods, the share changes when they are there.
        if (!(router instanceof ReplicaRatio)) {
            events.emit(new Event.TrafficShifted(id, router.subject(), share.percent()));
        }
        return percent == 0 || router instanceof ServiceSelector ? "" : share.toString();
    }

    /** @return what the candidate then has */
    private Share shift(Router router, int percent) {
        if (router instanceof ServiceSelector selector) {
            records.remember(writer.apply(percent > 0 ? selector.onCandidate() : selector.onStable()));
        } else if (router instanceof ReplicaRatio ratio) {
            scaling.scale(ratio.candidate(), ratio.pods(percent), false);
        } else if (router instanceof IngressCanary canary) {
            shift(canary, percent);
        } else if (router instanceof HttpRoute route) {
            Optional<KubeObject> live = writer.replace(route.route(), now -> shifted(route, now, percent));
            return live.map(route::observed).orElseGet(() -> new Share(percent, 0, 0));
        }
        return router.share(percent);
    }

    private void shift(IngressCanary canary, int percent) {
        if (percent == 0) {
            writer.delete(canary.sibling().ref(), live -> Marks.CANDIDATE.equals(Marks.track(live)));
            return;
        }
        KubeObject wanted = canary.at(percent);
        KubeObject unused = writer.apply(wanted.ref(), live -> {
            live.ifPresent(now -> Applier.requireOurs(now, wanted));
            return wanted;
        });
    }

    private static KubeObject shifted(HttpRoute route, KubeObject live, int percent) {
        HttpRoute.Shifted shifted = route.shifted(live, percent);
        return shifted.route()
                .orElseThrow(() ->
                        Problem.of(DeployError.UNSAFE_CHANGE, shifted.why()).asException());
    }
}
