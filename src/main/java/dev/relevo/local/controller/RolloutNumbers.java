package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The numbers that a rolling update keeps to.
 *
 * @param replicas how many pods the Deployment wants
 * @param maxSurge how many more there may be
 * @param maxUnavailable how many fewer may be available
 */
record RolloutNumbers(int replicas, int maxSurge, int maxUnavailable) {
    static RolloutNumbers of(JsonNode deployment) {
        int replicas = deployment.path("spec").path("replicas").asInt(1);
        JsonNode strategy = deployment.path("spec").path("strategy");
        if (!strategy.path("type").asText("RollingUpdate").equals("RollingUpdate")) {
            return new RolloutNumbers(replicas, 0, 0);
        }
        JsonNode rolling = strategy.path("rollingUpdate");
        int surge = IntOrPercent.of(rolling.path("maxSurge"), replicas, true);
        int unavailable = IntOrPercent.of(rolling.path("maxUnavailable"), replicas, false);
        if (surge == 0 && unavailable == 0) {
            // Both rounded to nothing would never end; Kubernetes lets one be unavailable.
            unavailable = 1;
        }
        return new RolloutNumbers(replicas, surge, Math.min(unavailable, replicas));
    }

    int mostPods() {
        return replicas + maxSurge;
    }

    int fewestAvailable() {
        return replicas - maxUnavailable;
    }

    /** How large the new ReplicaSet may become when all together have so many pods. */
    int newReplicas(int present, int allPods) {
        if (allPods >= mostPods()) {
            return present;
        }
        return present + Math.min(mostPods() - allPods, replicas - present);
    }
}
