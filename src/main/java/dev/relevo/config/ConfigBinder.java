package dev.relevo.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns the merged tree into records. Each section is tried, so that all that is wrong is said at once. */
final class ConfigBinder {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(values())
            // Annotations are for the schema. Going through them takes a third of the time of reading a configuration.
            .disable(MapperFeature.USE_ANNOTATIONS)
            .build();

    private static final List<Class<?>> SECTIONS = List.of(
            ImageConfig.class,
            TestConfig.class,
            BuildConfig.class,
            PushConfig.class,
            ConfigMapConfig.class,
            DeployConfig.class,
            ServiceConfig.class,
            VerifyConfig.class,
            NotifyConfig.class,
            TelemetryConfig.class);

    private final ObjectNode tree;
    private final List<Finding> findings = new ArrayList<>();

    ConfigBinder(ObjectNode tree) {
        this.tree = tree;
    }

    private static SimpleModule values() {
        SimpleModule module = new SimpleModule();
        module.setDeserializers(new ConstantReader.OfEnums());
        return module.addDeserializer(Duration.class, new DurationReader());
    }

    /** Makes ready what turns a section into a record; a reader is made once per process, and takes longer than all reading. */
    static void expect() {
        SECTIONS.forEach(MAPPER::readerFor);
    }

    /** The records, or empty when there are {@link #findings()}. */
    Optional<RelevoConfig> bind(String environmentName) {
        Optional<ImageConfig> image = section("image", ImageConfig.class);
        Optional<TestConfig> test = section("test", TestConfig.class);
        Optional<BuildConfig> build = section("build", BuildConfig.class);
        Optional<PushConfig> push = section("push", PushConfig.class);
        Optional<ConfigMapConfig> configmap = section("configmap", ConfigMapConfig.class);
        Optional<DeployConfig> deploy = section("deploy", DeployConfig.class);
        Optional<ServiceConfig> service = section("service", ServiceConfig.class);
        Optional<VerifyConfig> verify = section("verify", VerifyConfig.class);
        Optional<NotifyConfig> notify = section("notify", NotifyConfig.class);
        Optional<TelemetryConfig> telemetry = section("telemetry", TelemetryConfig.class);
        Optional<EnvironmentConfig> environment = environment(environmentName);
        Optional<RelevoConfig> whole = Optional.empty();
        try {
            if (findings.isEmpty()) {
                whole = Optional.of(new RelevoConfig(
                        tree.path("apiVersion").asText(),
                        tree.path("app").asText(),
                        image.orElseThrow(),
                        test.orElseThrow(),
                        build.orElseThrow(),
                        push.orElseThrow(),
                        configmap.orElseThrow(),
                        deploy.orElseThrow(),
                        service,
                        verify.orElseThrow(),
                        notify.orElseThrow(),
                        telemetry.orElseThrow(),
                        environment.orElseThrow()));
            } else {
                checkNames();
            }
        } catch (InvalidValue e) {
            add(KeyPath.parse(e.key()), e);
        }
        return whole;
    }

    /** What the records refuse. */
    List<Finding> findings() {
        return List.copyOf(findings);
    }

    private void checkNames() {
        Checks.that(
                RelevoConfig.API_VERSION.equals(tree.path("apiVersion").asText()),
                "apiVersion",
                tree.path("apiVersion").asText(),
                "to be " + RelevoConfig.API_VERSION);
        Checks.dnsLabel("app", tree.path("app").asText(), 53);
    }

    private <T> Optional<T> section(String name, Class<T> type) {
        return bind(new KeyPath(List.of(name)), tree.path(name), type);
    }

    private Optional<EnvironmentConfig> environment(String name) {
        KeyPath path = new KeyPath(List.of("environment"));
        JsonNode section = tree.path("environment");
        List<AddonConfig> addons = new ArrayList<>();
        for (int i = 0; i < section.path("addons").size(); i++) {
            bind(path.child("addons").index(i), section.path("addons").get(i), AddonConfig.class)
                    .ifPresent(addons::add);
        }
        ClusterTarget target = section.path("cluster").asText("").equals("local")
                ? new ClusterTarget.Local()
                : new ClusterTarget.Remote(text(section, "kubeconfig"), text(section, "context"));
        try {
            return Optional.of(new EnvironmentConfig(
                    name,
                    target,
                    section.path("namespace").asText(),
                    section.path("createNamespace").asBoolean(),
                    addons));
        } catch (InvalidValue e) {
            add(path.child(e.key()), e);
            return Optional.empty();
        }
    }

    private static Optional<String> text(JsonNode section, String key) {
        return Optional.ofNullable(section.path(key).textValue());
    }

    private <T> Optional<T> bind(KeyPath path, JsonNode section, Class<T> type) {
        if (section.isMissingNode()) {
            return Optional.empty();
        }
        try {
            return Optional.of(MAPPER.treeToValue(section, type));
        } catch (JsonProcessingException e) {
            KeyPath place = e instanceof JsonMappingException mapping ? place(path, mapping) : path;
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof InvalidValue invalid) {
                    add(place.child(KeyPath.parse(invalid.key()).last()), invalid);
                    return Optional.empty();
                }
            }
            findings.add(new Finding(place, "cannot be read: " + e.getOriginalMessage()));
            return Optional.empty();
        }
    }

    private static KeyPath place(KeyPath section, JsonMappingException e) {
        KeyPath place = section;
        for (JsonMappingException.Reference reference : e.getPath()) {
            place = reference.getFieldName() != null
                    ? place.child(reference.getFieldName())
                    : place.index(reference.getIndex());
        }
        return place;
    }

    private void add(KeyPath path, InvalidValue e) {
        findings.add(new Finding(path, "is [" + e.value() + "]; expected " + e.expected()));
    }

    private static final class DurationReader extends StdDeserializer<Duration> {
        private static final long serialVersionUID = 1L;

        DurationReader() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getText();
            String key = String.valueOf(parser.currentName());
            return Durations.parse(text).orElseThrow(() -> new InvalidValue(key, text, Durations.EXPECTED));
        }
    }
}
