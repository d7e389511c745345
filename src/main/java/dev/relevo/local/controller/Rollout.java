package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One look at a Deployment and its ReplicaSets, and the changes that can be made to them now. */
final class Rollout {
    private static final String COMPONENT = "deployment-controller";

    private final ObjectStore store;
    private final EventRecorder events;
    private ObjectNode deployment;
    private final List<ObjectNode> sets;
    private @Nullable ObjectNode current;

    Rollout(ObjectStore store, EventRecorder events, ObjectNode deployment, List<ObjectNode> sets) {
        this.store = store;
        this.events = events;
        this.deployment = deployment;
        this.sets = new ArrayList<>(sets);
        this.current = ReplicaSets.current(deployment, sets).orElse(null);
    }

    ObjectNode deployment() {
        return deployment;
    }

    List<ObjectNode> all() {
        return List.copyOf(sets);
    }

    Optional<ObjectNode> current() {
        return Optional.ofNullable(current);
    }

    List<ObjectNode> old() {
        return sets.stream()
                .filter(set -> current == null || !Meta.uid(set).equals(Meta.uid(current)))
                .toList();
    }

    private RolloutNumbers numbers() {
        return RolloutNumbers.of(deployment);
    }

    /** Whether the Deployment's size was changed since its ReplicaSets were last sized. */
    boolean isBeingScaled() {
        int wanted = numbers().replicas();
        return sets.stream().filter(set -> ReplicaSets.replicas(set) > 0).anyMatch(set -> {
            int desired = ReplicaSets.annotated(set, ReplicaSets.DESIRED, -1);
            return desired >= 0 && desired != wanted;
        });
    }

    /** Finds the ReplicaSet of the present template, with its revision brought up to date, or creates it. */
    void findCurrent(boolean create) {
        long newRevision =
                1 + old().stream().mapToLong(ReplicaSets::revision).max().orElse(0);
        if (current != null) {
            ObjectNode found = current;
            replace(store.modify(ObjectKey.of(ResourceTypes.REPLICA_SET, found), WriteOptions.NONE, set -> {
                copyAnnotations(set, Math.max(newRevision, ReplicaSets.revision(set)));
                Meta.child(set, "spec").put("minReadySeconds", minReadySeconds());
                if (minReadySeconds() == 0 && !found.path("spec").has("minReadySeconds")) {
                    Meta.child(set, "spec").remove("minReadySeconds");
                }
                return set;
            }));
            noteRevision();
            noteProgress("FoundNewReplicaSet", "Found new replica set \"" + Meta.name(found) + "\"", false);
        } else if (create) {
            create(newRevision);
        }
    }

    private int minReadySeconds() {
        return deployment.path("spec").path("minReadySeconds").asInt(0);
    }

    private void copyAnnotations(ObjectNode set, long revision) {
        deployment.path("metadata").path("annotations").properties().forEach(entry -> {
            if (!ReplicaSets.NOT_COPIED.contains(entry.getKey())) {
                Meta.annotate(set, entry.getKey(), entry.getValue().asText());
            }
        });
        long before = ReplicaSets.revision(set);
        if (before != revision) {
            if (before > 0) {
                String history = Meta.annotation(set, ReplicaSets.REVISION_HISTORY);
                Meta.annotate(
                        set, ReplicaSets.REVISION_HISTORY, history.isEmpty() ? "" + before : history + "," + before);
            }
            Meta.annotate(set, ReplicaSets.REVISION, String.valueOf(revision));
        }
    }

    private void create(long revision) {
        int collisions = deployment.path("status").path("collisionCount").asInt(0);
        JsonNode template = deployment.path("spec").path("template");
        String hash = TemplateHash.of(template, collisions);
        ObjectNode set = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "apps/v1")
                .put("kind", "ReplicaSet");
        ObjectNode metadata = set.putObject("metadata").put("name", Meta.name(deployment) + "-" + hash);
        ObjectNode labels = metadata.putObject("labels");
        template.path("metadata")
                .path("labels")
                .properties()
                .forEach(entry -> labels.set(entry.getKey(), entry.getValue()));
        labels.put(TemplateHash.LABEL, hash);
        copyAnnotations(set, revision);
        Meta.own(set, ResourceTypes.DEPLOYMENT, deployment);
        ObjectNode spec = set.putObject("spec");
        spec.put("minReadySeconds", minReadySeconds());
        spec.set("selector", deployment.path("spec").path("selector").deepCopy());
        Meta.child(Meta.child(spec, "selector"), "matchLabels").put(TemplateHash.LABEL, hash);
        spec.set("template", template.deepCopy());
        Meta.child(Meta.child(Meta.child(spec, "template"), "metadata"), "labels")
                .put(TemplateHash.LABEL, hash);
        int size = isRolling()
                ? numbers().newReplicas(0, ReplicaSets.sum(sets))
                : numbers().replicas();
        spec.put("replicas", size);
        Meta.annotate(set, ReplicaSets.DESIRED, String.valueOf(numbers().replicas()));
        Meta.annotate(set, ReplicaSets.MAXIMUM, String.valueOf(numbers().mostPods()));
        createOrCount(set, size);
    }

    private boolean isRolling() {
        return deployment.at("/spec/strategy/type").asText("RollingUpdate").equals("RollingUpdate");
    }

    private void createOrCount(ObjectNode set, int size) {
        try {
            ObjectNode created = store.create(ResourceTypes.REPLICA_SET, Meta.namespace(deployment), set);
            sets.add(created);
            current = created;
            if (size > 0) {
                events.normal(
                        COMPONENT,
                        deployment,
                        "ScalingReplicaSet",
                        "Scaled up replica set " + Meta.name(created) + " from 0 to " + size);
            }
        } catch (ApiError e) {
            if (e.isAlreadyExists()) {
                store.modifyStatus(key(), WriteOptions.by("kube-controller-manager"), object -> {
                    ObjectNode status = Meta.child(object, "status");
                    status.put("collisionCount", status.path("collisionCount").asInt(0) + 1);
                    return object;
                });
            } else {
                noteProgressFailure(String.valueOf(e.getMessage()));
            }
            throw e;
        }
        noteRevision();
        noteProgress("NewReplicaSetCreated", "Created new replica set \"" + Meta.name(set) + "\"", true);
    }

    private void noteProgressFailure(String message) {
        if (DeploymentStatus.deadline(deployment).isPresent()) {
            store.modifyStatus(key(), WriteOptions.by("kube-controller-manager"), object -> {
                Conditions.set(
                        Meta.child(object, "status"), "Progressing", "False", "ReplicaSetCreateError", message, true);
                return object;
            });
        }
    }

    private void noteProgress(String reason, String message, boolean evenIfKnown) {
        boolean known = !Conditions.get(deployment, "Progressing").isMissingNode();
        if (DeploymentStatus.deadline(deployment).isEmpty() || (known && !evenIfKnown)) {
            return;
        }
        deployment = store.modifyStatus(key(), WriteOptions.by("kube-controller-manager"), object -> {
            Conditions.set(Meta.child(object, "status"), "Progressing", "True", reason, message, true);
            return object;
        });
    }

    private void noteRevision() {
        if (current != null
                && !Meta.annotation(deployment, ReplicaSets.REVISION)
                        .equals(Meta.annotation(current, ReplicaSets.REVISION))) {
            String revision = Meta.annotation(current, ReplicaSets.REVISION);
            deployment = store.modify(key(), WriteOptions.by("kube-controller-manager"), object -> {
                Meta.annotate(object, ReplicaSets.REVISION, revision);
                return object;
            });
        }
    }

    private ObjectKey key() {
        return ObjectKey.of(ResourceTypes.DEPLOYMENT, deployment);
    }

    private void replace(ObjectNode changed) {
        sets.replaceAll(set -> Meta.uid(set).equals(Meta.uid(changed)) ? changed : set);
        if (current != null && Meta.uid(current).equals(Meta.uid(changed))) {
            current = changed;
        }
    }

    /** Makes the new ReplicaSet as large as the surge allows; whether that was a change. */
    boolean growCurrent() {
        if (current == null) {
            return false;
        }
        int present = ReplicaSets.replicas(current);
        int wanted = numbers().replicas();
        return resize(current, present > wanted ? wanted : numbers().newReplicas(present, ReplicaSets.sum(sets)));
    }

    /** Makes the new ReplicaSet as large as the Deployment; whether that was a change. */
    boolean growToFull() {
        return current != null && resize(current, numbers().replicas());
    }

    /** Makes the old ReplicaSets as small as availability allows, unhealthy pods first; whether that was a change. */
    boolean shrinkOld() {
        List<ObjectNode> old = old();
        if (ReplicaSets.sum(old) == 0 || current == null) {
            return false;
        }
        int newUnavailable = ReplicaSets.replicas(current) - ReplicaSets.status(current, "availableReplicas");
        int spare = ReplicaSets.sum(sets) - numbers().fewestAvailable() - newUnavailable;
        if (spare <= 0) {
            return false;
        }
        boolean removed = removeUnhealthy(old, spare);
        return removeHealthy() || removed;
    }

    private boolean removeUnhealthy(List<ObjectNode> old, int atMost) {
        int left = atMost;
        for (ObjectNode set : old.stream().sorted(ReplicaSets.OLDEST_FIRST).toList()) {
            int unhealthy = ReplicaSets.replicas(set) - ReplicaSets.status(set, "availableReplicas");
            int count = Math.min(left, unhealthy);
            if (count > 0) {
                resize(set, ReplicaSets.replicas(set) - count);
                left -= count;
            }
        }
        return left < atMost;
    }

    private boolean removeHealthy() {
        int left = ReplicaSets.sumStatus(sets, "availableReplicas") - numbers().fewestAvailable();
        boolean changed = false;
        for (ObjectNode set : old().stream().sorted(ReplicaSets.OLDEST_FIRST).toList()) {
            int count = Math.min(left, ReplicaSets.replicas(set));
            if (count > 0) {
                resize(set, ReplicaSets.replicas(set) - count);
                left -= count;
                changed = true;
            }
        }
        return changed;
    }

    /** Takes all old ReplicaSets to nothing; whether that was a change. */
    boolean removeOld() {
        boolean changed = false;
        for (ObjectNode set : old()) {
            changed |= resize(set, 0);
        }
        return changed;
    }

    /** Follows a change of the Deployment's size, in proportion when several ReplicaSets are active. */
    void scale() {
        List<ObjectNode> active =
                sets.stream().filter(set -> ReplicaSets.replicas(set) > 0).toList();
        if (active.size() <= 1) {
            ObjectNode only = active.isEmpty()
                    ? current != null
                            ? current
                            : sets.stream().max(ReplicaSets.OLDEST_FIRST).orElse(null)
                    : active.get(0);
            if (only != null) {
                resize(only, numbers().replicas());
            }
        } else if (isSaturated()) {
            removeOld();
        } else if (isRolling()) {
            scaleInProportion(active);
        }
    }

    private boolean isSaturated() {
        return current != null
                && ReplicaSets.replicas(current) == numbers().replicas()
                && ReplicaSets.annotated(current, ReplicaSets.DESIRED, -1)
                        == numbers().replicas()
                && ReplicaSets.status(current, "availableReplicas") == numbers().replicas();
    }

    private void scaleInProportion(List<ObjectNode> active) {
        int allowed = numbers().replicas() > 0 ? numbers().mostPods() : 0;
        int toAdd = allowed - ReplicaSets.sum(active);
        Comparator<ObjectNode> bySize = Comparator.comparing(set -> -ReplicaSets.replicas(set));
        List<ObjectNode> order = active.stream()
                .sorted(bySize.thenComparing(
                        toAdd > 0 ? ReplicaSets.OLDEST_FIRST.reversed() : ReplicaSets.OLDEST_FIRST))
                .toList();
        int added = 0;
        List<Integer> sizes = new ArrayList<>();
        for (ObjectNode set : order) {
            int share = toAdd == 0 ? 0 : share(set, toAdd, added);
            sizes.add(ReplicaSets.replicas(set) + share);
            added += share;
        }
        for (int i = 0; i < order.size(); i++) {
            int leftover = i == 0 ? toAdd - added : 0;
            resize(order.get(i), Math.max(0, sizes.get(i) + leftover));
        }
    }

    private int share(ObjectNode set, int toAdd, int added) {
        int left = toAdd - added;
        int size = ReplicaSets.replicas(set);
        int fraction;
        if (numbers().replicas() == 0) {
            fraction = -size;
        } else {
            int before = ReplicaSets.annotated(
                    set,
                    ReplicaSets.MAXIMUM,
                    deployment.path("status").path("replicas").asInt(1));
            fraction = (int) Math.round((double) size * numbers().mostPods() / Math.max(1, before)) - size;
        }
        return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
    }

    private boolean resize(ObjectNode set, int size) {
        int before = ReplicaSets.replicas(set);
        String desired = String.valueOf(numbers().replicas());
        String most = String.valueOf(numbers().mostPods());
        if (before == size
                && Meta.annotation(set, ReplicaSets.DESIRED).equals(desired)
                && Meta.annotation(set, ReplicaSets.MAXIMUM).equals(most)) {
            return false;
        }
        replace(store.modify(ObjectKey.of(ResourceTypes.REPLICA_SET, set), WriteOptions.NONE, each -> {
            Meta.child(each, "spec").put("replicas", size);
            Meta.annotate(each, ReplicaSets.DESIRED, desired);
            Meta.annotate(each, ReplicaSets.MAXIMUM, most);
            return each;
        }));
        if (before != size) {
            events.normal(
                    COMPONENT,
                    deployment,
                    "ScalingReplicaSet",
                    "Scaled " + (size > before ? "up" : "down") + " replica set " + Meta.name(set) + " from " + before
                            + " to " + size);
        }
        return before != size;
    }
}
