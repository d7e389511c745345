package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.util.Map;
import java.util.Optional;

/** How an object that is stored in one version is shown in another, and back. */
interface Conversion {
    ObjectNode toView(ObjectNode stored);

    /**
     * @param view as a client wrote it
     * @param before what is stored, whose parts that the view does not have are kept
     */
    ObjectNode toStored(ObjectNode view, Optional<ObjectNode> before);

    /** The conversion between two types, with their names brought up to date. */
    static Conversion between(ResourceType view, ResourceType stored) {
        Conversion inner = view.equals(ResourceTypes.EVENT_V1)
                ? EVENTS
                : view.equals(ResourceTypes.AUTOSCALER_V1) ? AUTOSCALERS : SAME;
        return new Conversion() {
            @Override
            public ObjectNode toView(ObjectNode object) {
                return named(inner.toView(object.deepCopy()), view);
            }

            @Override
            public ObjectNode toStored(ObjectNode object, Optional<ObjectNode> before) {
                return named(inner.toStored(object.deepCopy(), before), stored);
            }
        };
    }

    private static ObjectNode named(ObjectNode object, ResourceType type) {
        return object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
    }

    /** Versions that differ in their name alone. */
    Conversion SAME = new Conversion() {
        @Override
        public ObjectNode toView(ObjectNode stored) {
            return stored;
        }

        @Override
        public ObjectNode toStored(ObjectNode view, Optional<ObjectNode> before) {
            return view;
        }
    };

    /** {@code v1} Event as {@code events.k8s.io/v1}. */
    Conversion EVENTS = new Conversion() {
        private final Map<String, String> names = Map.of(
                "involvedObject", "regarding",
                "message", "note",
                "source", "deprecatedSource",
                "firstTimestamp", "deprecatedFirstTimestamp",
                "lastTimestamp", "deprecatedLastTimestamp",
                "count", "deprecatedCount",
                "reportingComponent", "reportingController");

        @Override
        public ObjectNode toView(ObjectNode stored) {
            names.forEach((core, own) -> move(stored, core, own));
            return stored;
        }

        @Override
        public ObjectNode toStored(ObjectNode view, Optional<ObjectNode> before) {
            names.forEach((core, own) -> move(view, own, core));
            return view;
        }

        private void move(ObjectNode object, String from, String to) {
            JsonNode value = object.remove(from);
            if (value != null) {
                object.set(to, value);
            }
        }
    };

    /** {@code autoscaling/v2} as v1, which knows one metric: the processor's use. */
    Conversion AUTOSCALERS = new Conversion() {
        private static final String TARGET = "targetCPUUtilizationPercentage";
        private static final String CURRENT = "currentCPUUtilizationPercentage";

        @Override
        public ObjectNode toView(ObjectNode stored) {
            if (stored.get("spec") instanceof ObjectNode spec) {
                JsonNode metrics = spec.path("metrics");
                spec.remove(java.util.List.of("metrics", "behavior"));
                metrics.forEach(metric -> {
                    if (isProcessor(metric)) {
                        spec.set(TARGET, metric.at("/resource/target/averageUtilization"));
                    }
                });
            }
            if (stored.get("status") instanceof ObjectNode status) {
                JsonNode metrics = status.path("currentMetrics");
                status.remove(java.util.List.of("currentMetrics", "conditions"));
                metrics.forEach(metric -> {
                    JsonNode value = metric.at("/resource/current/averageUtilization");
                    if (metric.at("/resource/name").asText().equals("cpu") && value.isNumber()) {
                        status.set(CURRENT, value);
                    }
                });
            }
            return stored;
        }

        @Override
        public ObjectNode toStored(ObjectNode view, Optional<ObjectNode> before) {
            if (view.get("spec") instanceof ObjectNode spec) {
                JsonNode target = spec.remove(TARGET);
                ArrayNode metrics = spec.arrayNode();
                before.ifPresent(old -> {
                    old.path("spec").path("metrics").forEach(metric -> {
                        if (!isProcessor(metric)) {
                            metrics.add(metric.deepCopy());
                        }
                    });
                    if (old.path("spec").has("behavior")) {
                        spec.set("behavior", old.path("spec").path("behavior").deepCopy());
                    }
                });
                if (target != null && !target.isNull()) {
                    ObjectNode resource =
                            metrics.addObject().put("type", "Resource").putObject("resource");
                    resource.put("name", "cpu")
                            .putObject("target")
                            .put("type", "Utilization")
                            .set("averageUtilization", target);
                }
                if (!metrics.isEmpty()) {
                    spec.set("metrics", metrics);
                }
            }
            if (view.get("status") instanceof ObjectNode status) {
                status.remove(CURRENT);
                before.ifPresent(old -> {
                    for (String field : new String[] {"currentMetrics", "conditions"}) {
                        if (old.path("status").has(field)) {
                            status.set(field, old.path("status").path(field).deepCopy());
                        }
                    }
                });
            }
            return view;
        }

        private boolean isProcessor(JsonNode metric) {
            return metric.at("/resource/name").asText().equals("cpu")
                    && metric.at("/resource/target").has("averageUtilization");
        }
    };
}
