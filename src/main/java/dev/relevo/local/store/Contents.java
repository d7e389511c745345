package dev.relevo.local.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The objects in memory, by type and key; readable at any time, written under the store's lock. */
final class Contents {
    private final Map<ResourceType, ConcurrentSkipListMap<ObjectKey, ObjectNode>> byType = new ConcurrentHashMap<>();

    Optional<ObjectNode> get(ObjectKey key) {
        return Optional.ofNullable(of(key.type()).get(key));
    }

    void put(ObjectKey key, ObjectNode object) {
        of(key.type()).put(key, object);
    }

    void remove(ObjectKey key) {
        of(key.type()).remove(key);
    }

    Collection<ObjectNode> all(ResourceType type) {
        return of(type).values();
    }

    Collection<ResourceType> types() {
        return byType.keySet();
    }

    /** What the type held before the given later changes, which are undone from the newest back. */
    Collection<ObjectNode> before(ResourceType type, List<WatchEvent> laterChanges) {
        NavigableMap<ObjectKey, ObjectNode> past = new TreeMap<>(of(type));
        List<WatchEvent> changes = new ArrayList<>(laterChanges);
        for (int i = changes.size() - 1; i >= 0; i--) {
            WatchEvent change = changes.get(i);
            ObjectKey key = ObjectKey.of(type, change.object());
            if (change.previous().isPresent()) {
                past.put(key, change.previous().get());
            } else {
                past.remove(key);
            }
        }
        return past.values();
    }

    private ConcurrentSkipListMap<ObjectKey, ObjectNode> of(ResourceType type) {
        return byType.computeIfAbsent(type, key -> new ConcurrentSkipListMap<>());
    }
}
