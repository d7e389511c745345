package dev.relevo.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Who owns which fields of an object: {@code metadata.managedFields} in memory. */
final class Owners {
    /**
     * Who owns fields.
     *
     * @param manager its name
     * @param operation {@code Apply} or {@code Update}
     * @param apiVersion the version in which the fields are named
     * @param subresource the part that it writes, empty for the object itself
     */
    record Owner(String manager, String operation, String apiVersion, String subresource) {
        boolean applies() {
            return operation.equals("Apply");
        }

        /** In the form of conflict messages. */
        String describe() {
            String name =
                    "\"" + manager + "\"" + (subresource.isEmpty() ? "" : " with subresource \"" + subresource + "\"");
            if (applies()) {
                return name;
            }
            return name + " using " + apiVersion;
        }
    }

    private final Map<Owner, Set<FieldPath>> fields = new LinkedHashMap<>();
    private final Map<Owner, String> times = new HashMap<>();

    /** Reads the entries of an object. */
    static Owners of(JsonNode object) {
        Owners owners = new Owners();
        for (JsonNode entry : object.path("metadata").path("managedFields")) {
            Owner owner = new Owner(
                    entry.path("manager").asText(""),
                    entry.path("operation").asText(""),
                    entry.path("apiVersion").asText(""),
                    entry.path("subresource").asText(""));
            owners.fields.put(owner, FieldSets.fromJson(entry.path("fieldsV1")));
            if (entry.path("time").isTextual()) {
                owners.times.put(owner, entry.path("time").asText());
            }
        }
        return owners;
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    Set<FieldPath> of(Owner owner) {
        return fields.getOrDefault(owner, Set.of());
    }

    Optional<String> time(Owner owner) {
        return Optional.ofNullable(times.get(owner));
    }

    /** All but one. */
    Set<Owner> others(Owner owner) {
        Set<Owner> others = new LinkedHashSet<>(fields.keySet());
        others.remove(owner);
        return others;
    }

    /** Everything that anybody owns. */
    Set<FieldPath> all() {
        Set<FieldPath> all = new TreeSet<>();
        fields.values().forEach(all::addAll);
        return all;
    }

    void set(Owner owner, Set<FieldPath> owned) {
        fields.put(owner, new TreeSet<>(owned));
    }

    /** Says that an owner wrote just now. */
    void touch(Owner owner, Clock clock) {
        times.put(owner, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    void take(Owner owner, Set<FieldPath> lost) {
        Set<FieldPath> left = new TreeSet<>(of(owner));
        left.removeAll(lost);
        fields.put(owner, left);
    }

    /** Writes the entries into an object; an owner of nothing has none. */
    void write(ObjectNode object) {
        ObjectNode metadata = object.withObjectProperty("metadata");
        ArrayNode entries = JsonNodeFactory.instance.arrayNode();
        for (Owner owner : ordered()) {
            ObjectNode entry =
                    entries.addObject().put("manager", owner.manager()).put("operation", owner.operation());
            entry.put("apiVersion", owner.apiVersion());
            time(owner).ifPresent(at -> entry.put("time", at));
            entry.put("fieldsType", "FieldsV1").set("fieldsV1", FieldSets.toJson(of(owner)));
            if (!owner.subresource().isEmpty()) {
                entry.put("subresource", owner.subresource());
            }
        }
        if (entries.isEmpty()) {
            metadata.remove("managedFields");
        } else {
            metadata.set("managedFields", entries);
        }
    }

    /** Those who apply first, then by time and name. */
    private List<Owner> ordered() {
        return fields.keySet().stream()
                .filter(owner -> !of(owner).isEmpty())
                .sorted(Comparator.comparing(Owner::operation)
                        .thenComparing(owner -> time(owner).orElse(""))
                        .thenComparing(Owner::manager)
                        .thenComparing(Owner::subresource))
                .toList();
    }
}
