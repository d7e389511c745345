package dev.relevo.deploy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.execute.EndpointWait;
import dev.relevo.deploy.release.Json;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.Selector;
import dev.relevo.deploy.release.Template;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a cluster does by itself, one small step per second: Deployments create and delete at most one pod each, pods become
 * ready after a while and take their time to end, endpoints follow a step behind.
 */
final class SimulatedControllers {
    private static final String OWNER = "simulated/owner";
    private static final String VERSION = "simulated/version";
    private static final String AGE = "simulated/age";
    private static final int STARTS_IN = 2;
    private static final int ENDS_IN = 3;

    private final SimulatedStore store;
    private final Set<String> broken = new TreeSet<>();
    private long names;

    SimulatedControllers(SimulatedStore store) {
        this.store = store;
    }

    /** Pods of this image never become ready; those that are stay so. */
    void breakImage(String image) {
        broken.add(image);
    }

    void repairImage(String image) {
        broken.remove(image);
    }

    void step() {
        store.list(Kind.SERVICE, "", java.util.Map.of()).forEach(this::endpoints);
        store.list(Kind.POD, "", java.util.Map.of()).forEach(this::age);
        List<KubeObject> deployments = store.list(Kind.DEPLOYMENT, "", java.util.Map.of());
        deployments.forEach(this::roll);
        collect(deployments);
    }

    private void endpoints(KubeObject service) {
        Selector selector = Selector.of(service);
        ObjectRef ref = new ObjectRef(Kind.ENDPOINT_SLICE, service.namespace(), service.name() + "-slice");
        KubeObject wanted = KubeObject.named(ref)
                .withLabel(EndpointWait.SERVICE_NAME, service.name())
                .with(tree -> {
                    ArrayNode endpoints = tree.putArray("endpoints");
                    for (KubeObject pod : store.list(Kind.POD, service.namespace(), java.util.Map.of())) {
                        if (selector.matches(pod.labels())) {
                            ObjectNode endpoint = endpoints.addObject();
                            endpoint.putObject("conditions").put("ready", ready(pod) && !pod.deleting());
                            endpoint.putObject("targetRef").put("name", pod.name());
                        }
                    }
                });
        if (store.get(ref).isEmpty()) {
            store.create(wanted);
        } else {
            KubeObject live = store.get(ref).orElseThrow();
            store.update(live.with(
                    tree -> tree.set("endpoints", wanted.at("/endpoints").deepCopy())));
        }
    }

    private void age(KubeObject pod) {
        int age = Integer.parseInt(pod.annotations().getOrDefault(AGE, "0")) + 1;
        if (pod.deleting() && age > ENDS_IN) {
            store.remove(pod.ref());
            return;
        }
        boolean starts = age >= STARTS_IN && !broken.contains(image(pod));
        boolean runs = !pod.deleting() && (ready(pod) || starts);
        KubeObject aged = pod.withAnnotation(AGE, Integer.toString(age));
        store.update(runs ? ready(aged, true) : pod.deleting() ? aged : ready(aged, false));
    }

    private static KubeObject ready(KubeObject pod, boolean ready) {
        return pod.with(tree -> tree.putObject("status")
                .putArray("conditions")
                .addObject()
                .put("type", "Ready")
                .put("status", ready ? "True" : "False"));
    }

    private void roll(KubeObject deployment) {
        String version =
                Json.sha256(Json.canonical(deployment.at("/spec/template"))).substring(0, 10);
        int desired = deployment.at("/spec/replicas").asInt(1);
        ensureReplicaSet(deployment, version);
        List<KubeObject> mine = pods(deployment);
        List<KubeObject> fresh = mine.stream()
                .filter(pod -> version.equals(pod.annotations().get(VERSION)))
                .toList();
        List<KubeObject> old = mine.stream()
                .filter(pod -> !version.equals(pod.annotations().get(VERSION)))
                .sorted(Comparator.comparing(SimulatedControllers::ready))
                .toList();
        if (fresh.size() < desired && mine.size() < desired + 1) {
            start(deployment, version);
        } else if (fresh.size() > desired) {
            end(fresh.stream()
                    .min(Comparator.comparing(SimulatedControllers::ready))
                    .orElseThrow());
        }
        long serving = mine.stream().filter(SimulatedControllers::ready).count();
        if (!old.isEmpty() && (!ready(old.get(0)) || serving > desired)) {
            end(old.get(0));
        }
        status(deployment, version);
    }

    private ObjectRef replicaSet(KubeObject deployment, String version) {
        return new ObjectRef(Kind.REPLICA_SET, deployment.namespace(), deployment.name() + "-" + version);
    }

    private void replicaSetStatus(KubeObject deployment, String version, int pods, int ready) {
        store.get(replicaSet(deployment, version))
                .ifPresent(set -> store.update(set.with(tree -> tree.putObject("status")
                        .put("replicas", pods)
                        .put("readyReplicas", ready)
                        .put("availableReplicas", ready))));
    }

    private void ensureReplicaSet(KubeObject deployment, String version) {
        ObjectRef ref = replicaSet(deployment, version);
        if (store.get(ref).filter(set -> isOwned(set, deployment)).isPresent()) {
            return;
        }
        store.remove(ref);
        store.create(owned(KubeObject.named(ref), deployment).with(tree -> {
            ObjectNode labels = Marks.child((ObjectNode) tree.path("metadata"), "labels");
            Template.labels(deployment).forEach(labels::put);
            tree.putObject("spec")
                    .set("template", deployment.at("/spec/template").deepCopy());
        }));
    }

    private static KubeObject owned(KubeObject object, KubeObject owner) {
        return object.with(tree -> ((ObjectNode) tree.path("metadata"))
                .putArray("ownerReferences")
                .addObject()
                .put("kind", owner.kind().name())
                .put("name", owner.name())
                .put("uid", owner.uid())
                .put("controller", true));
    }

    private static boolean isOwned(KubeObject object, KubeObject owner) {
        return owner.uid().equals(object.at("/metadata/ownerReferences/0/uid").asText());
    }

    private void status(KubeObject deployment, String version) {
        List<KubeObject> mine = pods(deployment);
        int ready = (int) mine.stream().filter(SimulatedControllers::ready).count();
        int updated = (int) mine.stream()
                .filter(pod -> version.equals(pod.annotations().get(VERSION)))
                .count();
        for (KubeObject set : store.list(Kind.REPLICA_SET, deployment.namespace(), java.util.Map.of())) {
            if (isOwned(set, deployment)) {
                String of = set.name().substring(deployment.name().length() + 1);
                List<KubeObject> own = mine.stream()
                        .filter(pod -> of.equals(pod.annotations().get(VERSION)))
                        .toList();
                replicaSetStatus(deployment, of, own.size(), (int)
                        own.stream().filter(SimulatedControllers::ready).count());
            }
        }
        store.get(deployment.ref())
                .ifPresent(live -> store.update(live.with(tree -> tree.putObject("status")
                        .put("observedGeneration", live.generation())
                        .put("replicas", mine.size())
                        .put("updatedReplicas", updated)
                        .put("readyReplicas", ready)
                        .put("availableReplicas", ready))));
    }

    private void collect(List<KubeObject> deployments) {
        Set<String> owners = new TreeSet<>();
        deployments.forEach(deployment -> owners.add(deployment.uid()));
        for (KubeObject set : store.list(Kind.REPLICA_SET, "", java.util.Map.of())) {
            if (!owners.contains(set.at("/metadata/ownerReferences/0/uid").asText())) {
                store.remove(set.ref());
            }
        }
        for (KubeObject pod : store.list(Kind.POD, "", java.util.Map.of())) {
            if (!owners.contains(pod.annotations().get(OWNER)) && !pod.deleting()) {
                end(pod);
            }
        }
    }

    private List<KubeObject> pods(KubeObject deployment) {
        List<KubeObject> mine = new ArrayList<>();
        for (KubeObject pod : store.list(Kind.POD, deployment.namespace(), java.util.Map.of())) {
            if (deployment.uid().equals(pod.annotations().get(OWNER)) && !pod.deleting()) {
                mine.add(pod);
            }
        }
        return mine;
    }

    private void start(KubeObject deployment, String version) {
        ObjectRef ref = new ObjectRef(Kind.POD, deployment.namespace(), deployment.name() + "-" + ++names);
        KubeObject set = store.get(replicaSet(deployment, version)).orElseThrow();
        store.create(owned(KubeObject.named(ref), set)
                .with(tree -> {
                    deployment
                            .at("/spec/template/metadata")
                            .properties()
                            .forEach(entry -> ((ObjectNode) tree.path("metadata"))
                                    .set(entry.getKey(), entry.getValue().deepCopy()));
                    tree.set("spec", deployment.at("/spec/template/spec").deepCopy());
                })
                .withAnnotation(OWNER, deployment.uid())
                .withAnnotation(VERSION, version)
                .withAnnotation(AGE, "0"));
    }

    private void end(KubeObject pod) {
        store.get(pod.ref())
                .filter(live -> !live.deleting())
                .ifPresent(live -> store.update(live.withAnnotation(AGE, "0")
                        .with(tree -> ((ObjectNode) tree.path("metadata"))
                                .put("deletionTimestamp", "2026-01-01T00:00:00Z"))));
    }

    static boolean ready(KubeObject pod) {
        return "True".equals(pod.at("/status/conditions/0/status").asText());
    }

    static String image(KubeObject pod) {
        return pod.at("/spec/containers/0/image").asText();
    }
}
