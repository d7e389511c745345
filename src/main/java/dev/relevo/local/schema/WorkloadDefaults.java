package dev.relevo.local.schema;

import static dev.relevo.local.schema.Fields.child;
import static dev.relevo.local.schema.Fields.object;
import static dev.relevo.local.schema.Fields.orElse;
import static dev.relevo.local.schema.Fields.orElseIfEmpty;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The defaults of the kinds that run pods. */
final class WorkloadDefaults {
    private WorkloadDefaults() {}

    static void deployment(ObjectNode deployment) {
        ObjectNode spec = child(deployment, "spec");
        orElse(spec, "replicas", 1);
        orElse(spec, "revisionHistoryLimit", 10);
        orElse(spec, "progressDeadlineSeconds", 600);
        ObjectNode strategy = child(spec, "strategy");
        orElseIfEmpty(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            ObjectNode rolling = child(strategy, "rollingUpdate");
            orElse(rolling, "maxUnavailable", "25%");
            orElse(rolling, "maxSurge", "25%");
        }
        PodDefaults.template(spec);
    }

    static void replicaSet(ObjectNode replicaSet) {
        ObjectNode spec = child(replicaSet, "spec");
        orElse(spec, "replicas", 1);
        PodDefaults.template(spec);
    }

    static void statefulSet(ObjectNode set) {
        ObjectNode spec = child(set, "spec");
        orElse(spec, "replicas", 1);
        orElse(spec, "revisionHistoryLimit", 10);
        orElseIfEmpty(spec, "podManagementPolicy", "OrderedReady");
        ObjectNode strategy = child(spec, "updateStrategy");
        orElseIfEmpty(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            orElse(child(strategy, "rollingUpdate"), "partition", 0);
        }
        ObjectNode retention = child(spec, "persistentVolumeClaimRetentionPolicy");
        orElseIfEmpty(retention, "whenDeleted", "Retain");
        orElseIfEmpty(retention, "whenScaled", "Retain");
        Fields.objects(spec, "volumeClaimTemplates").forEach(WorkloadDefaults::claim);
        PodDefaults.template(spec);
    }

    static void daemonSet(ObjectNode set) {
        ObjectNode spec = child(set, "spec");
        orElse(spec, "revisionHistoryLimit", 10);
        ObjectNode strategy = child(spec, "updateStrategy");
        orElseIfEmpty(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            ObjectNode rolling = child(strategy, "rollingUpdate");
            orElse(rolling, "maxUnavailable", 1);
            orElse(rolling, "maxSurge", 0);
        }
        PodDefaults.template(spec);
    }

    static void replicationController(ObjectNode controller) {
        ObjectNode spec = child(controller, "spec");
        orElse(spec, "replicas", 1);
        object(spec, "template", "metadata", "labels").ifPresent(labels -> {
            orElse(spec, "selector", labels.deepCopy());
            orElse(child(controller, "metadata"), "labels", labels.deepCopy());
        });
        PodDefaults.template(spec);
    }

    static void job(ObjectNode job) {
        ObjectNode spec = child(job, "spec");
        jobSpec(spec);
        orElse(spec, "manualSelector", false);
    }

    private static void jobSpec(ObjectNode spec) {
        if (!spec.has("completions") && !spec.has("parallelism")) {
            spec.put("completions", 1).put("parallelism", 1);
        }
        orElse(spec, "parallelism", 1);
        orElse(spec, "backoffLimit", 6);
        orElse(spec, "completionMode", "NonIndexed");
        orElse(spec, "suspend", false);
        orElse(spec, "podReplacementPolicy", "TerminatingOrFailed");
        PodDefaults.template(spec);
    }

    static void cronJob(ObjectNode job) {
        ObjectNode spec = child(job, "spec");
        orElseIfEmpty(spec, "concurrencyPolicy", "Allow");
        orElse(spec, "suspend", false);
        orElse(spec, "successfulJobsHistoryLimit", 3);
        orElse(spec, "failedJobsHistoryLimit", 1);
        object(spec, "jobTemplate", "spec").ifPresent(PodDefaults::template);
    }

    static void claim(ObjectNode claim) {
        orElse(child(claim, "spec"), "volumeMode", "Filesystem");
    }

    /** A default limit follows from the maximum, a default request from the default limit or the minimum. */
    static void limitRange(ObjectNode range) {
        for (ObjectNode item : Fields.objects(child(range, "spec"), "limits")) {
            if (item.path("type").asText().equals("Container")) {
                fill(item, "default", "max");
                fill(item, "defaultRequest", "default");
                fill(item, "defaultRequest", "min");
            }
        }
    }

    private static void fill(ObjectNode item, String field, String source) {
        item.path(source).properties().forEach(entry -> orElse(child(item, field), entry.getKey(), entry.getValue()));
    }

    static void autoscaler(ObjectNode autoscaler) {
        ObjectNode spec = child(autoscaler, "spec");
        orElse(spec, "minReplicas", 1);
        if (spec.path("metrics").isEmpty()) {
            ObjectNode resource = spec.putArray("metrics")
                    .addObject()
                    .put("type", "Resource")
                    .putObject("resource")
                    .put("name", "cpu");
            resource.putObject("target").put("type", "Utilization").put("averageUtilization", 80);
        }
        object(spec, "behavior")
                .ifPresent(
                        behavior -> List.of("scaleUp", "scaleDown").forEach(direction -> scaling(behavior, direction)));
    }

    private static void scaling(ObjectNode behavior, String direction) {
        ObjectNode rules = child(behavior, direction);
        boolean up = direction.equals("scaleUp");
        orElseIfEmpty(rules, "selectPolicy", "Max");
        if (up) {
            orElse(rules, "stabilizationWindowSeconds", 0);
        }
        if (rules.path("policies").isEmpty()) {
            var policies = rules.putArray("policies");
            if (up) {
                policies.addObject().put("type", "Pods").put("value", 4).put("periodSeconds", 15);
            }
            policies.addObject().put("type", "Percent").put("value", 100).put("periodSeconds", 15);
        }
    }
}
