package dev.relevo.local.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.relevo.local.store.ResourceType;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The types of the built-in kinds, derived on first use from the model classes of the fabric8 client. */
public final class ModelTypes {
    private static final String MODEL = "io.fabric8.kubernetes.api.model.";
    private static final ModelType STRING = new ModelType.Scalar("string", "");
    private static final ModelType BYTES = new ModelType.Scalar("string", "byte");
    private static final Set<String> BINARY = Set.of("Secret.data", "ConfigMap.binaryData");
    private static final Map<String, String> PACKAGES = Map.ofEntries(
            Map.entry("v1", ""),
            Map.entry("apps/v1", "apps."),
            Map.entry("batch/v1", "batch.v1."),
            Map.entry("autoscaling/v1", "autoscaling.v1."),
            Map.entry("autoscaling/v2", "autoscaling.v2."),
            Map.entry("policy/v1", "policy.v1."),
            Map.entry("coordination.k8s.io/v1", "coordination.v1."),
            Map.entry("discovery.k8s.io/v1", "discovery.v1."),
            Map.entry("events.k8s.io/v1", "events.v1."),
            Map.entry("networking.k8s.io/v1", "networking.v1."),
            Map.entry("gateway.networking.k8s.io/v1", "gatewayapi.v1."),
            Map.entry("rbac.authorization.k8s.io/v1", "rbac."),
            Map.entry("storage.k8s.io/v1", "storage."),
            Map.entry("scheduling.k8s.io/v1", "scheduling.v1."));
    private static final Map<String, ModelType> SPECIAL = Map.of(
            "Quantity", new ModelType.Scalar("string", "quantity"),
            "IntOrString", new ModelType.Scalar("string", "int-or-string"),
            "MicroTime", new ModelType.Scalar("string", "date-time"),
            "FieldsV1", ModelType.ANY,
            "RawExtension", ModelType.ANY);
    private static final Map<Class<?>, ModelType> SCALARS = Map.of(
            String.class, STRING,
            Integer.class, new ModelType.Scalar("integer", "int32"),
            Long.class, new ModelType.Scalar("integer", "int64"),
            Double.class, new ModelType.Scalar("number", "double"),
            Boolean.class, new ModelType.Scalar("boolean", ""));

    private final Map<ResourceType, ModelType> defined = new ConcurrentHashMap<>();
    private final MergingTable table = new MergingTable();
    private final Map<Class<?>, ModelType.Struct> structures = new ConcurrentHashMap<>();

    /** The type of a kind; anything for a kind that has no model. */
    public ModelType of(ResourceType type) {
        ModelType own = defined.get(type);
        return own == null ? of(type.apiVersion(), type.kind()) : own;
    }

    /** Makes the type of a kind known that is not built in. */
    public void define(ResourceType kind, ModelType type) {
        defined.put(kind, type);
    }

    public void undefine(ResourceType kind) {
        defined.remove(kind);
    }

    /** Whether the kind is not built in. */
    public boolean isDefined(ResourceType kind) {
        return defined.containsKey(kind);
    }

    /** The type of {@code metadata}, which all kinds share. */
    public ModelType metadata() {
        return of("v1", "ConfigMap").field("metadata").type();
    }

    /** The type of a kind by name. */
    public ModelType of(String apiVersion, String kind) {
        return Optional.ofNullable(PACKAGES.get(apiVersion))
                .flatMap(space -> load(MODEL + space + kind))
                .<ModelType>map(this::structure)
                .orElse(ModelType.ANY);
    }

    private static Optional<Class<?>> load(String name) {
        try {
            return Optional.of(Class.forName(name, false, ModelTypes.class.getClassLoader()));
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    private ModelType.Struct structure(Class<?> model) {
        return structures.computeIfAbsent(model, key -> new ModelType.Struct(new Model(key)));
    }

    private ModelType type(Type type) {
        if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
            Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            return List.class.isAssignableFrom(raw)
                    ? new ModelType.Sequence(type(last))
                    : new ModelType.Dictionary(type(last));
        }
        if (!(type instanceof Class<?> model)) {
            return ModelType.ANY;
        }
        ModelType scalar = SCALARS.get(model);
        if (scalar != null) {
            return scalar;
        }
        ModelType special = SPECIAL.get(model.getSimpleName());
        if (special != null) {
            return special;
        }
        boolean isModel = model.getName().startsWith(MODEL) && !model.isInterface() && !model.isEnum();
        return isModel ? structure(model) : model.isEnum() ? STRING : ModelType.ANY;
    }

    /** A model class as a structure; its fields are read when they are first asked for. */
    private final class Model implements ModelType.Structure {
        private final Class<?> model;
        private volatile Map<String, ModelType.Field> fields = Map.of();

        Model(Class<?> model) {
            this.model = model;
        }

        @Override
        public String name() {
            return model.getSimpleName();
        }

        @Override
        public String space() {
            String name = model.getPackageName() + ".";
            return name.length() <= MODEL.length() ? "" : name.substring(MODEL.length(), name.length() - 1);
        }

        @Override
        public Map<String, ModelType.Field> fields() {
            if (fields.isEmpty()) {
                Map<String, ModelType.Field> found = new TreeMap<>();
                for (Field field : model.getDeclaredFields()) {
                    JsonProperty property = field.getAnnotation(JsonProperty.class);
                    if (property != null) {
                        ModelType type = BINARY.contains(name() + "." + property.value())
                                ? new ModelType.Dictionary(BYTES)
                                : type(field.getGenericType());
                        found.put(
                                property.value(), new ModelType.Field(type, table.of(name(), property.value(), type)));
                    }
                }
                fields = Collections.unmodifiableMap(found);
            }
            return fields;
        }
    }
}
