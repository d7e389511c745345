package dev.relevo.deploy;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.execute.EndpointWait;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.release.Marks;
import dev.relevo.report.EventSink;
import dev.relevo.traffic.PreviewRoute;
import dev.relevo.traffic.Routes;
import dev.relevo.verify.Entry;
import dev.relevo.verify.HttpAsk;
import dev.relevo.verify.HttpReply;
import dev.relevo.verify.Reach;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A cluster in memory whose time passes only while somebody waits, so that every run is the same. Deployers talk to it through
 * {@link SimulatedClient}s, which can be killed at any write. At every step it notes what users would have seen.
 */
public final class SimulatedCluster {
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final Duration CALL = Duration.ofMillis(100);

    private final SimulatedStore store = new SimulatedStore();
    private final SimulatedControllers controllers = new SimulatedControllers(store);
    private final List<Runnable> everyStep = new ArrayList<>();
    private final Set<String> badAnswers = new TreeSet<>();
    private final Sightings sightings = new Sightings(store);
    private boolean passing;
    private Duration elapsed = Duration.ofHours(1);

    public SimulatedStore store() {
        return store;
    }

    SimulatedControllers controllers() {
        return controllers;
    }

    public Sightings sightings() {
        return sightings;
    }

    /** Services that lead to this image answer 500 to smoke checks. */
    void answerBadly(String image) {
        badAnswers.add(image);
    }

    /** Sets a Deployment's replicas as a HorizontalPodAutoscaler does, which owns the field then. */
    void scaleLikeAnAutoscaler(String deployment, int replicas) {
        KubeObject live =
                store.get(new ObjectRef(Kind.DEPLOYMENT, "dev", deployment)).orElseThrow();
        store.replace(live.with(tree -> {
            Marks.child(tree, "spec").put("replicas", replicas);
            var fields = Marks.child(tree, "metadata").putArray("managedFields").addObject();
            fields.put("manager", "kube-controller-manager");
            fields.putObject("fieldsV1").putObject("f:spec").putObject("f:replicas");
        }));
    }

    /** Lets time pass. */
    public void pass(Duration time) {
        for (Duration left = time; !left.isNegative() && !left.isZero(); left = left.minus(STEP)) {
            step(left.compareTo(STEP) < 0 ? left : STEP);
        }
    }

    /** Lets a moment pass between two calls of a deployer; calls that are made while time passes take none. */
    void passBetweenCalls() {
        if (!passing) {
            step(CALL);
        }
    }

    /** Whether time is passing at this moment: whoever is asked now is asked by something that runs beside the deployer. */
    boolean passing() {
        return passing;
    }

    private void step(Duration length) {
        passing = true;
        try {
            elapsed = elapsed.plus(length);
            controllers.step();
            sightings.look();
            List.copyOf(everyStep).forEach(Runnable::run);
        } finally {
            passing = false;
        }
    }

    public void onEveryStep(Runnable action) {
        everyStep.add(action);
    }

    void noMore(Runnable action) {
        everyStep.remove(action);
    }

    /** Time in this cluster. */
    public Pace pace() {
        return new Pace() {
            @Override
            public Instant now() {
                return Instant.parse("2026-01-01T00:00:00Z").plus(elapsed);
            }

            @Override
            public Duration elapsed() {
                return elapsed;
            }

            @Override
            public void await(Duration atMost) {
                step(atMost.compareTo(STEP) < 0 ? atMost : STEP);
            }

            @Override
            public Repeating every(Duration period, Runnable task) {
                onEveryStep(task);
                return () -> noMore(task);
            }

            @Override
            public void wake() {
                // Nobody sleeps here: whoever waits makes the time pass.
            }
        };
    }

    /** A deployer with this connection, and nobody who looks for causes. */
    DeployService deployer(Cluster through) {
        return deployer(through, reach());
    }

    /** The same, which reaches Services in this way. */
    DeployService deployer(Cluster through, Reach reach) {
        return new DeployService(
                through,
                EventSink.none(),
                pace(),
                reach,
                (deployment, replicaSets, pods) -> Optional.empty(),
                "deployer-" + System.identityHashCode(through));
    }

    /** Requests to Services, answered by whatever runs behind them. */
    public Reach reach() {
        return new Reach() {
            @Override
            public HttpReply send(KubeObject target, HttpAsk ask) {
                return answer(target.name(), Map.of());
            }

            @Override
            public Entry entry(KubeObject route) {
                return new Entry.At("http://edge", Optional.empty());
            }

            @Override
            public HttpReply send(Entry.At entry, HttpAsk ask) {
                return answerAtEdge(ask.headers().getOrDefault(PreviewRoute.HEADER, ""));
            }
        };
    }

    /** As a gateway does: by the preview for whom it is, if it stands, else to the app. */
    private HttpReply answerAtEdge(String mark) {
        List<KubeObject> routes = new ArrayList<>(store.list(Kind.HTTP_ROUTE, "", Map.of()));
        routes.addAll(store.list(Kind.INGRESS, "", Map.of()));
        boolean nginx = routes.stream().noneMatch(route -> route.kind().equals(Kind.HTTP_ROUTE));
        return routes.stream()
                .filter(route ->
                        PreviewRoute.isPreview(route) && route.tree().toString().contains("\"" + mark + "\""))
                .filter(route -> Routes.leadsTo(route, "shop-candidate"))
                .findFirst()
                .map(route -> answer(
                        "shop-candidate",
                        nginx
                                ? Map.of("Set-Cookie", List.of(PreviewRoute.cookie(mark) + "=1; Path=/"))
                                : Map.of(PreviewRoute.HEADER, List.of(mark))))
                .orElseGet(() -> answer("shop", Map.of()));
    }

    private HttpReply answer(String service, Map<String, List<String>> headers) {
        Set<String> images = sightings.images(service);
        if (images.isEmpty()) {
            return new HttpReply(503, "no endpoints", headers);
        }
        return images.stream().anyMatch(badAnswers::contains)
                ? new HttpReply(500, "bad", headers)
                : new HttpReply(200, "ok", headers);
    }

    /** What users of a cluster would have seen, step by step. */
    public static final class Sightings {
        private final SimulatedStore store;
        private final List<String> outages = new ArrayList<>();
        private final List<String> mixtures = new ArrayList<>();
        private boolean served;

        Sightings(SimulatedStore store) {
            this.store = store;
        }

        /** Moments at which requests to the app had nobody to answer them, after it had begun to serve. */
        List<String> outages() {
            return outages;
        }

        /** Moments at which two images answered through the app's Service. */
        List<String> mixtures() {
            return mixtures;
        }

        void forget() {
            outages.clear();
            mixtures.clear();
        }

        void look() {
            Set<String> images = images("shop");
            served |= !images.isEmpty();
            if (served && images.isEmpty()) {
                outages.add("at " + store.version() + " nobody answers behind Service shop");
            }
            if (images.size() > 1) {
                mixtures.add("at " + store.version() + " " + images + " answer together");
            }
            List<KubeObject> routes = new ArrayList<>(store.list(Kind.HTTP_ROUTE, "", Map.of()));
            routes.addAll(store.list(Kind.INGRESS, "", Map.of()));
            for (KubeObject route : routes) {
                for (String beside : List.of("shop-candidate", "shop-baseline")) {
                    if (Routes.leadsTo(route, beside) && images(beside).isEmpty()) {
                        outages.add(
                                "at " + store.version() + " a route leads to a " + beside + " that does not answer");
                    }
                }
            }
        }

        /** The images that answer behind a Service: an endpoint whose process has not ended yet still answers. */
        public Set<String> images(String service) {
            Set<String> images = new TreeSet<>();
            List<KubeObject> slices = store.list(Kind.ENDPOINT_SLICE, "", Map.of(EndpointWait.SERVICE_NAME, service));
            for (String pod : EndpointWait.readyEndpoints(slices)) {
                store.get(new ObjectRef(Kind.POD, "dev", pod))
                        .ifPresent(live -> images.add(SimulatedControllers.image(live)));
            }
            return images;
        }
    }
}
