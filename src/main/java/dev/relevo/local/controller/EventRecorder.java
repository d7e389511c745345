package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Records core/v1 Events. The same event about the same object is counted, not repeated; events live for one hour. */
public final class EventRecorder {
    private static final Logger LOG = Logger.getLogger(EventRecorder.class.getName());
    private static final Duration TIME_TO_LIVE = Duration.ofHours(1);
    private static final int REMEMBERED = 2048;

    private record Same(String uid, String field, String type, String reason, String message, String component) {}

    private final ObjectStore store;
    private final Map<Same, ObjectKey> recent = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Same, ObjectKey> eldest) {
            return size() > REMEMBERED;
        }
    };
    private Instant lastSweep = Instant.now();
    private long serial = System.nanoTime();

    public EventRecorder(ObjectStore store) {
        this.store = store;
    }

    /** Records something expected. */
    public void normal(String component, JsonNode about, String reason, String message) {
        record(component, about, "", "Normal", reason, message);
    }

    /** Records something that went wrong. */
    public void warning(String component, JsonNode about, String reason, String message) {
        record(component, about, "", "Warning", reason, message);
    }

    /**
     * Records an event about an object or a part of it.
     *
     * @param field the part, e.g. {@code spec.containers{web}}; empty for the whole
     */
    public synchronized void record(
            String component, JsonNode about, String field, String type, String reason, String message) {
        Same same = new Same(Meta.uid(about), field, type, reason, message, component);
        ObjectKey known = recent.get(same);
        try {
            if (known != null && countOnce(known)) {
                return;
            }
            create(same, about);
        } catch (ApiError e) {
            // An event is advice; a namespace that terminates takes none, and that must stop no work.
            LOG.log(Level.FINE, "An event was not recorded", e);
        }
        sweep();
    }

    private boolean countOnce(ObjectKey known) {
        try {
            store.modify(known, WriteOptions.NONE, event -> {
                event.put("count", event.path("count").asInt(1) + 1);
                event.put("lastTimestamp", Meta.now());
                return event;
            });
            return true;
        } catch (ApiError e) {
            return false;
        }
    }

    private void create(Same same, JsonNode about) {
        String namespace = Meta.namespace(about).isEmpty() ? "default" : Meta.namespace(about);
        ObjectNode event =
                JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "Event");
        event.putObject("metadata")
                .put("name", Meta.name(about) + "." + Long.toHexString(++serial))
                .put("namespace", namespace);
        ObjectNode involved = event.putObject("involvedObject")
                .put("apiVersion", about.path("apiVersion").asText())
                .put("kind", about.path("kind").asText())
                .put("name", Meta.name(about))
                .put("uid", same.uid())
                .put(
                        "resourceVersion",
                        about.path("metadata").path("resourceVersion").asText());
        if (!Meta.namespace(about).isEmpty()) {
            involved.put("namespace", namespace);
        }
        if (!same.field().isEmpty()) {
            involved.put("fieldPath", same.field());
        }
        String now = Meta.now();
        event.put("reason", same.reason())
                .put("message", same.message())
                .put("type", same.type())
                .put("count", 1)
                .put("firstTimestamp", now)
                .put("lastTimestamp", now)
                .put("reportingComponent", same.component())
                .put("reportingInstance", "");
        event.putNull("eventTime");
        ObjectNode source = event.putObject("source").put("component", same.component());
        if (same.component().equals("kubelet")) {
            source.put("host", "local");
        }
        ObjectNode stored = store.create(ResourceTypes.EVENT, namespace, event);
        recent.put(same, ObjectKey.of(ResourceTypes.EVENT, stored));
    }

    private void sweep() {
        Instant now = Instant.now();
        if (Duration.between(lastSweep, now).compareTo(Duration.ofMinutes(5)) < 0) {
            return;
        }
        lastSweep = now;
        for (ObjectNode event : store.list(ResourceTypes.EVENT, "", LabelSelector.everything())) {
            Instant last = Meta.time(event.path("lastTimestamp")).orElse(Meta.created(event));
            if (last.plus(TIME_TO_LIVE).isBefore(now)) {
                try {
                    store.delete(ObjectKey.of(ResourceTypes.EVENT, event), DeleteOptions.defaults());
                } catch (ApiError e) {
                    LOG.log(Level.FINE, "An old event was gone already", e);
                }
            }
        }
    }
}
