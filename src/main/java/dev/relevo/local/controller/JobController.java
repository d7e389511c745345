package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Runs Jobs to completion: parallelism, completions, back-off limit, deadline, suspension, and time to live. */
final class JobController extends Controller {
    private static final String COMPONENT = "job-controller";

    JobController(ObjectStore store, Workers workers, EventRecorder events) {
        super(ResourceTypes.JOB, store, workers, events);
    }

    @Override
    void start() {
        watchOwn();
        watchOwned(ResourceTypes.POD);
    }

    private record Count(List<ObjectNode> active, int succeeded, int failed, int restarts) {
        static Count of(List<ObjectNode> pods) {
            List<ObjectNode> active = pods.stream().filter(Pods::isActive).toList();
            int restarts = active.stream()
                    .mapToInt(pod -> pod.path("status")
                            .path("containerStatuses")
                            .path(0)
                            .path("restartCount")
                            .asInt())
                    .sum();
            return new Count(active, phase(pods, "Succeeded"), phase(pods, "Failed"), restarts);
        }

        private static int phase(List<ObjectNode> pods, String phase) {
            return (int) pods.stream()
                    .filter(pod -> pod.path("status").path("phase").asText().equals(phase))
                    .count();
        }
    }

    @Override
    void reconcile(ObjectKey key, ObjectNode job) {
        if (Conditions.isTrue(job, "Complete") || Conditions.isTrue(job, "Failed")) {
            expire(key, job);
            return;
        }
        if (Meta.isDeleting(job)) {
            return;
        }
        Count count = Count.of(new Adoption(store, ResourceTypes.JOB, job).claim(ResourceTypes.POD));
        JsonNode spec = job.path("spec");
        Optional<String[]> failure = failure(job, count);
        int completions = spec.path("completions").asInt(1);
        boolean complete = count.succeeded() >= completions;
        boolean suspended = spec.path("suspend").asBoolean();
        if (failure.isPresent() || complete || suspended) {
            count.active().forEach(pod -> delete(job, pod));
        } else {
            int wanted = Math.min(spec.path("parallelism").asInt(1), completions - count.succeeded());
            for (int i = count.active().size(); i < wanted; i++) {
                create(job);
            }
            for (int i = wanted; i < count.active().size(); i++) {
                delete(job, count.active().get(i));
            }
        }
        writeStatus(key, job, complete, failure, suspended);
        deadline(job)
                .ifPresent(at ->
                        enqueueAfter(key, Duration.between(Instant.now(), at).plusMillis(50)));
    }

    private static Optional<Instant> deadline(JsonNode job) {
        JsonNode seconds = job.path("spec").path("activeDeadlineSeconds");
        return seconds.isNumber()
                ? Meta.time(job.path("status").path("startTime"))
                        .map(start -> start.plusSeconds(seconds.asLong()))
                        .filter(at -> at.isAfter(Instant.now().minusSeconds(1)))
                : Optional.empty();
    }

    private static Optional<String[]> failure(JsonNode job, Count count) {
        if (count.failed() + count.restarts()
                > job.path("spec").path("backoffLimit").asInt(6)) {
            return Optional.of(new String[] {"BackoffLimitExceeded", "Job has reached the specified backoff limit"});
        }
        JsonNode seconds = job.path("spec").path("activeDeadlineSeconds");
        boolean late = seconds.isNumber()
                && Meta.time(job.path("status").path("startTime"))
                        .filter(start -> !start.plusSeconds(seconds.asLong()).isAfter(Instant.now()))
                        .isPresent();
        return late
                ? Optional.of(new String[] {"DeadlineExceeded", "Job was active longer than specified deadline"})
                : Optional.empty();
    }

    private void create(ObjectNode job) {
        ObjectNode pod =
                Pods.fromTemplate(job.path("spec").path("template"), ResourceTypes.JOB, job, Meta.name(job) + "-");
        try {
            ObjectNode created = store.create(ResourceTypes.POD, Meta.namespace(job), pod);
            events.normal(COMPONENT, job, "SuccessfulCreate", "Created pod: " + Meta.name(created));
        } catch (ApiError e) {
            events.warning(COMPONENT, job, "FailedCreate", "Error creating: " + e.getMessage());
            throw e;
        }
    }

    private void delete(ObjectNode job, ObjectNode pod) {
        try {
            store.delete(ObjectKey.of(ResourceTypes.POD, pod), DeleteOptions.defaults());
            events.normal(COMPONENT, job, "SuccessfulDelete", "Deleted pod: " + Meta.name(pod));
        } catch (ApiError e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private void writeStatus(
            ObjectKey key, ObjectNode job, boolean complete, Optional<String[]> failure, boolean suspended) {
        Count now = Count.of(new Adoption(store, ResourceTypes.JOB, job).claim(ResourceTypes.POD));
        int ready = (int) now.active().stream().filter(Pods::isReady).count();
        store.modifyStatus(key, WriteOptions.by("kube-controller-manager"), object -> {
            ObjectNode status = Meta.child(object, "status");
            if (!suspended && !status.has("startTime")) {
                status.put("startTime", Meta.now());
            }
            ReplicaSetController.putOrRemove(status, "active", now.active().size());
            ReplicaSetController.putOrRemove(status, "succeeded", now.succeeded());
            ReplicaSetController.putOrRemove(status, "failed", now.failed());
            status.put("ready", ready);
            if (failure.isPresent()) {
                Conditions.set(status, "Failed", "True", failure.get()[0], failure.get()[1], false);
            } else if (complete) {
                status.put("completionTime", Meta.now());
                Conditions.set(
                        status,
                        "Complete",
                        "True",
                        "CompletionsReached",
                        "Reached expected number of succeeded pods",
                        false);
            }
            return object;
        });
        if (failure.isPresent()) {
            events.warning(COMPONENT, job, failure.get()[0], failure.get()[1]);
        } else if (complete) {
            events.normal(COMPONENT, job, "Completed", "Job completed");
        }
    }

    private void expire(ObjectKey key, ObjectNode job) {
        JsonNode ttl = job.path("spec").path("ttlSecondsAfterFinished");
        if (!ttl.isNumber()) {
            return;
        }
        Instant finished = Meta.time(job.path("status").path("completionTime"))
                .or(() -> Meta.time(Conditions.get(job, "Failed").path("lastTransitionTime")))
                .orElse(Instant.now());
        Duration left = Duration.between(Instant.now(), finished.plusSeconds(ttl.asLong()));
        if (left.isNegative() || left.isZero()) {
            store.delete(key, DeleteOptions.defaults().withPropagation(DeleteOptions.Propagation.BACKGROUND));
        } else {
            enqueueAfter(key, left);
        }
    }
}
