package dev.relevo.deploy.strategy;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Operation.ShiftTraffic;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.ReleaseObjects;
import dev.relevo.traffic.HttpRoute;
import dev.relevo.traffic.IngressCanary;
import dev.relevo.traffic.PreviewRoute;
import dev.relevo.traffic.Router;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The routes that give a candidate its share. */
record Routing(Observed observed, ReleaseObjects objects) {
    /** What takes the candidate out of every route that is observed to lead to it, or in which a plan gives it a share. */
    Set<ShiftTraffic> restore(List<Operation> planned) {
        Set<ShiftTraffic> shifts = new LinkedHashSet<>();
        for (KubeObject route : observed.routes()) {
            if (PreviewRoute.isPreview(route)) {
                continue;
            }
            if (HttpRoute.leadsTo(route, Marks.candidateName(observed.app()))
                    || HttpRoute.leadsTo(route, Marks.baselineName(observed.app()))) {
                shifts.add(new ShiftTraffic(router(route, mainService(route), false), 0));
            } else if (IngressCanary.leadsTo(route, Marks.candidateName(observed.app()))
                    && Marks.CANDIDATE.equals(Marks.track(route))) {
                shifts.add(new ShiftTraffic(IngressCanary.gone(route.ref()), 0));
            }
        }
        for (Operation operation : planned) {
            if (operation instanceof ShiftTraffic shift && shift.router() instanceof HttpRoute route) {
                shifts.add(new ShiftTraffic(route.alone(), 0));
            } else if (operation instanceof ShiftTraffic shift && shift.router() instanceof IngressCanary canary) {
                shifts.add(new ShiftTraffic(IngressCanary.gone(canary.sibling().ref()), 0));
            }
        }
        return shifts;
    }

    private String mainService(KubeObject route) {
        return observed.services().keySet().stream()
                .filter(name -> HttpRoute.leadsTo(route, name))
                .findFirst()
                .orElse(
                        objects.services().isEmpty()
                                ? observed.app()
                                : objects.services().get(0).name());
    }

    /** What gives the candidate its share in a route that leads to the app's Service. */
    Router router(KubeObject route, String service, Candidate candidate, boolean compared) {
        return route.kind().sameGroupAndName(Kind.INGRESS)
                ? new IngressCanary(candidate.marked(IngressCanary.beside(
                                route, service, candidate.serviceRef().name())
                        .sibling()))
                : router(route, service, compared);
    }

    private HttpRoute router(KubeObject route, String service, boolean compared) {
        return new HttpRoute(
                route.ref(),
                service,
                Marks.candidateName(observed.app()),
                Marks.baselineName(observed.app()),
                compared);
    }
}
