package dev.relevo.config;

import com.fasterxml.classmate.ResolvedType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Generates the schema of relevo.yaml from the records; only tests use it, so that the engine need not carry the generator. */
final class SchemaGenerator {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    private static final List<String> OVERRIDABLE = List.of(
            "image", "test", "build", "push", "configmap", "deploy", "service", "verify", "notify", "telemetry");

    private SchemaGenerator() {}

    static String generate() throws Exception {
        ObjectNode schema = fromRecords(RelevoConfig.class);
        ObjectNode properties = (ObjectNode) schema.get("properties");
        properties.remove("environment");
        properties
                .putObject("defaultEnvironment")
                .put("type", "string")
                .put("description", "The environment that is meant without -e; local without it.");
        properties.set("environments", environments(schema));
        ((ObjectNode) properties.get("apiVersion")).put("const", RelevoConfig.API_VERSION);
        ((ObjectNode) properties.get("image")).putArray("required").add("repository");
        schema.putArray("required").add("app").add("image");
        textsMayBeNumbers(schema);
        require(schema, "AddonConfig", "type", "secret", "database");
        require(schema, "Step", "weight");
        require(schema, "HttpCall", "url");
        require(schema, "Grafana", "url");
        require(schema, "Pushgateway", "url");
        addDefaults(schema);
        return document("relevo", schema);
    }

    /** The schema of groups' files. */
    static String generateOfGroups() throws Exception {
        ObjectNode schema = fromRecords(GroupConfig.class);
        ObjectNode properties = (ObjectNode) schema.get("properties");
        ((ObjectNode) properties.get("apiVersion"))
                .put("const", RelevoConfig.API_VERSION)
                .put("default", RelevoConfig.API_VERSION);
        ((ObjectNode) properties.get("kind")).put("const", GroupConfig.KIND);
        schema.putArray("required").add("kind").add("name").add("members");
        require(schema, "Member", "app");
        return document("relevo-group", schema);
    }

    private static String document(String name, ObjectNode schema) throws Exception {
        ObjectNode document = MAPPER.createObjectNode();
        document.put("$schema", SchemaVersion.DRAFT_2020_12.getIdentifier());
        document.put("$id", "https://relevo.dev/schema/v1/" + name + ".schema.json");
        document.put("title", name + ".yaml");
        schema.remove("$schema");
        document.setAll(schema);
        return MAPPER.writeValueAsString(document).replace("Map(String,String)", "Texts") + "\n";
    }

    private static ObjectNode fromRecords(Class<?> root) {
        SchemaGeneratorConfigBuilder builder = new SchemaGeneratorConfigBuilder(
                        MAPPER, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .without(Option.FLATTENED_OPTIONALS)
                .with(new JacksonModule(JacksonOption.FLATTENED_ENUMS_FROM_JSONPROPERTY))
                .with(
                        Option.DEFINITIONS_FOR_ALL_OBJECTS,
                        Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT,
                        Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES);
        builder.forFields().withTargetTypeOverridesResolver(field -> {
            ResolvedType type = field.getType();
            return type.isInstanceOf(Optional.class)
                    ? List.of(type.typeParametersFor(Optional.class).get(0))
                    : null;
        });
        builder.forTypesInGeneral().withCustomDefinitionProvider((type, context) -> {
            if (type.isInstanceOf(Duration.class)) {
                ObjectNode time = context.getGeneratorConfig().createObjectNode();
                time.put("type", "string").put("pattern", Durations.PATTERN);
                return new CustomDefinition(
                        time, CustomDefinition.DefinitionType.INLINE, CustomDefinition.AttributeInclusion.YES);
            }
            if (type.isInstanceOf(JsonNode.class)) {
                ObjectNode fileOrObject = context.getGeneratorConfig().createObjectNode();
                fileOrObject.putArray("type").add("string").add("object");
                fileOrObject.put("additionalProperties", true);
                return new CustomDefinition(
                        fileOrObject, CustomDefinition.DefinitionType.INLINE, CustomDefinition.AttributeInclusion.YES);
            }
            return null;
        });
        return new com.github.victools.jsonschema.generator.SchemaGenerator(builder.build()).generateSchema(root);
    }

    private static ObjectNode environments(ObjectNode schema) throws Exception {
        ObjectNode definitions = (ObjectNode) schema.get("$defs");
        definitions.remove(List.of("EnvironmentConfig", "ClusterTarget", "Type"));
        definitions.set("AddonConfig", addon());
        ObjectNode environment = definitions.putObject("Environment");
        environment.put("type", "object");
        ObjectNode properties = environment.putObject("properties");
        properties
                .putObject("cluster")
                .put("type", "string")
                .put("const", "local")
                .put("description", "local: the environment on this machine, started when it does not run.");
        text(
                properties,
                "kubeconfig",
                "Path of a kubeconfig; without it KUBECONFIG, ~/.kube/config or the pod's account.");
        text(properties, "context", "Context in the kubeconfig; its current one without it.");
        text(properties, "namespace", "Namespace that the app lives in.");
        properties
                .putObject("createNamespace")
                .put("type", "boolean")
                .put("description", "Whether a missing namespace is created.");
        ObjectNode addons = properties
                .putObject("addons")
                .put("type", "array")
                .put("description", "What the local environment runs beside the app.");
        addons.putObject("items").put("$ref", "#/$defs/AddonConfig");
        for (String section : OVERRIDABLE) {
            JsonNode whole = schema.get("properties").get(section);
            properties.putObject(section).put("$ref", whole.get("$ref").asText());
        }
        environment.put("additionalProperties", false);
        ObjectNode environments = MAPPER.createObjectNode();
        environments.put("type", "object").put("description", "Named targets, and what differs there.");
        environments.putObject("additionalProperties").put("$ref", "#/$defs/Environment");
        return environments;
    }

    private static ObjectNode addon() {
        ObjectNode addon = MAPPER.createObjectNode();
        addon.put("type", "object");
        ObjectNode properties = addon.putObject("properties");
        properties.putObject("type").put("type", "string").putArray("enum").add("postgresql");
        text(properties, "secret", "Secret that gets the keys url, host, port, database, username and password.");
        text(properties, "database", "Database to create.");
        addon.put("additionalProperties", false);
        return addon;
    }

    private static void text(ObjectNode properties, String key, String description) {
        properties.putObject(key).put("type", "string").put("description", description);
    }

    /** Values of maps and ports by name or number need no quotes. */
    private static void textsMayBeNumbers(ObjectNode schema) {
        schema.withObject("/$defs/Map(String,String)/additionalProperties")
                .putArray("type")
                .add("string")
                .add("number")
                .add("boolean");
        for (String check : List.of("HttpCheck", "MetricsCheck")) {
            schema.withObject("/$defs/" + check + "/properties/port")
                    .putArray("type")
                    .add("string")
                    .add("integer");
        }
    }

    private static void require(ObjectNode schema, String definition, String... keys) {
        ArrayNode required = ((ObjectNode) schema.get("$defs").get(definition)).putArray("required");
        List.of(keys).forEach(required::add);
    }

    /** Editors show the defaults; a definition is used in one place only, so that its defaults are the section's. */
    private static void addDefaults(ObjectNode schema) {
        Defaults defaults = Defaults.load();
        addDefaults(schema, schema, defaults.values());
        defaults.sections().forEach((pattern, values) -> {
            JsonNode at = schema;
            for (String segment : pattern.split("\\.")) {
                at = at.path("properties").path(segment.replace("[]", ""));
                at = resolve(schema, at);
                if (segment.endsWith("[]")) {
                    at = resolve(schema, at.path("items"));
                }
            }
            addDefaults(schema, at, values);
        });
    }

    private static void addDefaults(ObjectNode schema, JsonNode at, JsonNode values) {
        values.properties().forEach(entry -> {
            JsonNode property = at.path("properties").path(entry.getKey());
            if (resolve(schema, property).has("properties")) {
                addDefaults(schema, resolve(schema, property), entry.getValue());
            } else if (property instanceof ObjectNode known) {
                known.set("default", entry.getValue());
            }
        });
    }

    private static JsonNode resolve(ObjectNode schema, JsonNode at) {
        String reference = at.path("$ref").asText("");
        return reference.isEmpty() ? at : schema.at(reference.substring(1));
    }
}
