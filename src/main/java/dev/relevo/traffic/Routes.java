package dev.relevo.traffic;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;

/** Objects that send requests to Services by weight. */
public final class Routes {
    private Routes() {}

    /** Whether the live HTTPRoute, or Ingress of ingress-nginx, sends anything to this Service. */
    public static boolean leadsTo(KubeObject route, String service) {
        return route.kind().sameGroupAndName(Kind.INGRESS)
                ? IngressCanary.leadsTo(route, service)
                : HttpRoute.leadsTo(route, service);
    }
}
