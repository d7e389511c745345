package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.controller.Conditions;
import dev.relevo.local.controller.Informer;
import dev.relevo.local.controller.Meta;
import dev.relevo.local.controller.WorkQueue;
import dev.relevo.local.controller.Workers;
import dev.relevo.local.schema.CustomSchema;
import dev.relevo.local.schema.ModelTypes;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.Watch;
import dev.relevo.local.store.WriteOptions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves the kinds that CustomResourceDefinitions define. Objects are stored in one version, the storage version of the
 * definition when it came; the others that are served show them under their own name. What is built in stays as it is, whoever
 * defines it again.
 */
final class CustomResources implements AutoCloseable {
    private static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";
    private static final WriteOptions WRITE = WriteOptions.by("kube-apiserver");

    private final ObjectStore store;
    private final ModelTypes models;
    private final Workers workers = new Workers();
    private final WorkQueue<ObjectKey> queue;
    private final Map<ResourceType, CustomSchema> schemas = new ConcurrentHashMap<>();
    private final Map<ObjectKey, List<ResourceType>> served = new ConcurrentHashMap<>();
    private final Map<ObjectKey, Watch> objects = new ConcurrentHashMap<>();
    private final List<Watch> watches = new ArrayList<>();

    CustomResources(ObjectStore store, ModelTypes models) {
        this.store = store;
        this.models = models;
        this.queue = new WorkQueue<>("custom resources", workers, 1, this::reconcile);
    }

    /** Serves what is defined already, and follows the definitions from then on. */
    void start() {
        for (ObjectNode definition :
                store.list(ResourceTypes.CUSTOM_RESOURCE_DEFINITION, "", LabelSelector.everything())) {
            reconcile(ObjectKey.of(ResourceTypes.CUSTOM_RESOURCE_DEFINITION, definition));
        }
        watches.add(Informer.of(
                store,
                ResourceTypes.CUSTOM_RESOURCE_DEFINITION,
                definition -> queue.add(ObjectKey.of(ResourceTypes.CUSTOM_RESOURCE_DEFINITION, definition))));
    }

    /**
     * Completes and checks an object of a kind that is defined; nothing happens to one that is built in.
     *
     * @throws dev.relevo.local.store.ApiError 422 when its schema does not allow it
     */
    void check(ResourceType type, ObjectNode object) {
        CustomSchema schema = schemas.get(type);
        if (schema != null) {
            schema.applyDefaults(object);
            schema.validate(type, object);
        }
    }

    private void reconcile(ObjectKey key) {
        Optional<ObjectNode> definition = store.get(key);
        if (definition.isEmpty()) {
            withdraw(key);
        } else if (Meta.isDeleting(definition.get())) {
            cleanUp(key, definition.get());
        } else if (!isBuiltIn(definition.get())) {
            serve(key, definition.get());
            establish(key, definition.get());
        } else {
            establish(key, definition.get());
        }
    }

    private static boolean isBuiltIn(ObjectNode definition) {
        return ResourceTypes.standard().served().stream()
                .anyMatch(type -> type.group()
                                .equals(definition.at("/spec/group").asText())
                        && type.plural()
                                .equals(definition.at("/spec/names/plural").asText()));
    }

    private void serve(ObjectKey key, ObjectNode definition) {
        List<ResourceType> types = new ArrayList<>();
        Optional<ResourceType> storage = Optional.empty();
        for (JsonNode version : definition.at("/spec/versions")) {
            ResourceType type = type(definition, version);
            boolean stores = version.path("storage").asBoolean();
            storage = stores ? Optional.of(type) : storage;
            if (stores || version.path("served").asBoolean()) {
                types.add(type);
                CustomSchema schema =
                        new CustomSchema(type, version.path("schema").path("openAPIV3Schema"), models.metadata());
                schemas.put(type, schema);
                models.define(type, schema.model());
            }
        }
        Optional<ResourceType> known = storedAs(definition);
        Optional<ResourceType> former = known.isPresent() ? known : storage;
        if (former.isEmpty()) {
            return;
        }
        ResourceType stored =
                types.stream().filter(former.get()::equals).findFirst().orElse(former.get());
        store.register(stored);
        types.stream()
                .filter(type -> !type.equals(stored))
                .forEach(type -> store.types().addView(type, stored));
        served.getOrDefault(key, List.of()).stream()
                .filter(type -> !types.contains(type))
                .forEach(store.types()::removeView);
        served.put(key, types);
        objects.computeIfAbsent(key, each -> store.watch(stored, store.resourceVersion(), event -> queue.add(key)));
    }

    /** The type under which objects of this definition are stored already. */
    private Optional<ResourceType> storedAs(ObjectNode definition) {
        return store.types().added().stream()
                .filter(type -> type.group().equals(definition.at("/spec/group").asText())
                        && type.plural()
                                .equals(definition.at("/spec/names/plural").asText()))
                .findFirst();
    }

    private static ResourceType type(ObjectNode definition, JsonNode version) {
        JsonNode spec = definition.path("spec");
        JsonNode names = spec.path("names");
        JsonNode subresources = version.path("subresources");
        return new ResourceType(
                spec.path("group").asText(),
                version.path("name").asText(),
                names.path("kind").asText(),
                names.path("plural").asText(),
                names.path("singular").asText(),
                texts(names.path("shortNames")),
                spec.path("scope").asText().equals("Namespaced"),
                texts(names.path("categories")),
                subresources.has("status"),
                subresources.at("/scale/specReplicasPath").asText("").equals(".spec.replicas"));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    private void establish(ObjectKey key, ObjectNode definition) {
        store.modifyStatus(key, WRITE, object -> {
            ObjectNode status = object.withObjectProperty("status");
            status.set("acceptedNames", definition.at("/spec/names").deepCopy());
            for (JsonNode version : definition.at("/spec/versions")) {
                if (version.path("storage").asBoolean()) {
                    status.putArray("storedVersions").add(version.path("name").asText());
                }
            }
            Conditions.set(status, "NamesAccepted", "True", "NoConflicts", "no conflicts found", false);
            Conditions.set(
                    status,
                    "Established",
                    "True",
                    "InitialNamesAccepted",
                    "the initial names have been accepted",
                    false);
            return object;
        });
    }

    /** The objects go first, then the definition, then its kinds are served no more. */
    private void cleanUp(ObjectKey key, ObjectNode definition) {
        boolean empty = true;
        for (ResourceType type : storedAs(definition).stream().toList()) {
            for (ObjectNode object : store.list(type, "", LabelSelector.everything())) {
                ObjectKey each = ObjectKey.of(type, object);
                if (!Meta.isDeleting(object)) {
                    store.delete(each, DeleteOptions.defaults());
                }
                empty &= store.get(each).isEmpty();
            }
        }
        if (empty) {
            store.modify(key, WRITE, object -> {
                Iterator<JsonNode> finalizers =
                        object.path("metadata").path("finalizers").elements();
                while (finalizers.hasNext()) {
                    if (finalizers.next().asText().equals(CLEANUP)) {
                        finalizers.remove();
                    }
                }
                return object;
            });
        }
    }

    private void withdraw(ObjectKey key) {
        Watch watch = objects.remove(key);
        if (watch != null) {
            watch.close();
        }
        for (ResourceType type : Optional.ofNullable(served.remove(key)).orElse(List.of())) {
            store.types().removeView(type);
            if (store.types().added().contains(type)) {
                store.unregister(type);
            }
            schemas.remove(type);
            models.undefine(type);
        }
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
        objects.values().forEach(Watch::close);
        queue.close();
        workers.close();
    }
}
