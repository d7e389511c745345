package dev.relevo.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads relevo.yaml and everything that stands above and below it: defaults, file, environment section, variables, flags. */
public final class ConfigLoader {
    /** The file's name in the project's root. */
    public static final String FILE = "relevo.yaml";

    /** The environment that every project has, whether its file names it or not. */
    public static final String LOCAL = "local";

    private static final KeyPath TARGET = new KeyPath(List.of("environment"));
    private static final KeyPath ENVIRONMENTS = new KeyPath(List.of("environments"));
    private static final Set<String> TARGET_KEYS =
            Set.of("cluster", "kubeconfig", "context", "namespace", "createNamespace", "addons");

    private final ConfigSchema schema = ConfigSchema.load();
    private final Defaults defaults = Defaults.load();

    /** Makes ready what a configuration is turned into. */
    public static void expectRecords() {
        ConfigBinder.expect();
    }

    /**
     * The effective configuration.
     *
     * @param project the folder with relevo.yaml
     * @param environment the environment asked for; without it {@code RELEVO_ENVIRONMENT}, the file's
     *     {@code defaultEnvironment}, or {@code local}
     * @param variables the process's environment variables
     * @param flags values from the command line, the last of a key wins
     * @throws dev.relevo.report.RelevoException with a {@link ConfigError}; everything that is wrong is in it
     */
    public LoadedConfig load(
            Path project, Optional<String> environment, Map<String, String> variables, List<FlagValue> flags) {
        Path file = project.resolve(FILE);
        YamlDocument document = read(project, file);
        List<Finding> findings = schema.check(document);
        if (!findings.isEmpty()) {
            throw invalid(document, findings);
        }
        String name = environment
                .or(() ->
                        Optional.ofNullable(variables.get("RELEVO_ENVIRONMENT")).filter(text -> !text.isBlank()))
                .or(() -> Optional.ofNullable(
                        document.tree().path("defaultEnvironment").textValue()))
                .orElse(LOCAL);
        Set<String> names = new LinkedHashSet<>();
        document.tree().path("environments").fieldNames().forEachRemaining(names::add);
        names.add(LOCAL);
        if (!names.contains(name)) {
            throw Problem.of(
                            ConfigError.UNKNOWN_ENVIRONMENT,
                            "There is no environment [" + name + "] in " + FILE + Nearest.suggestion(name, names))
                    .detail("environments: " + String.join(", ", names))
                    .remedy("Name one of them with -e, or add the section environments." + name + " to " + FILE + ".")
                    .asException();
        }
        ObjectNode section = section(document, name);
        boolean local = isLocal(name, section);

        Layers layers = new Layers(defaults.values());
        layers.add(withoutEnvironments(document.tree()), path -> new Origin.InFile(FILE, document.line(path)));
        if (local) {
            layers.add(defaults.local(), path -> new Origin.Default("the local environment"));
            layers.set(
                    TARGET.child("cluster"),
                    JsonNodeFactory.instance.textNode("local"),
                    new Origin.Default("environment " + name));
        }
        layers.add(
                asLayer(section), path -> new Origin.InEnvironment(name, FILE, document.line(inSection(path, name))));
        Overrides overrides = new Overrides(schema, layers);
        overrides.variables(variables);
        overrides.flags(flags);
        if (!layers.merged().has("service") && !layers.merged().path("deploy").has("manifests")) {
            layers.merged().putObject("service");
        }
        defaults.sections().forEach(layers::fill);
        return finish(file, document, name, layers, overrides.warnings(), List.copyOf(names));
    }

    private static LoadedConfig finish(
            Path file, YamlDocument document, String name, Layers layers, List<String> warnings, List<String> names) {
        List<Finding> findings = new ArrayList<>();
        if (layers.merged().path("app").asText("").isEmpty()) {
            findings.add(new Finding(
                    new KeyPath(List.of("app")), "is missing; expected the application's name in the cluster"));
        }
        if (layers.merged().path("image").path("repository").asText("").isEmpty()) {
            findings.add(new Finding(
                    KeyPath.parse("image.repository"),
                    "is missing; expected registry and path without a tag, e.g. registry.example.com/team/clients"));
        }
        if (findings.isEmpty()) {
            ConfigBinder binder = new ConfigBinder(layers.merged());
            Optional<RelevoConfig> config = binder.bind(name);
            if (config.isPresent()) {
                return new LoadedConfig(file, config.get(), layers.merged(), layers.origins(), names, warnings);
            }
            findings.addAll(binder.findings());
        }
        List<String> lines = new ArrayList<>();
        for (Finding finding : findings) {
            lines.add(place(finding.path(), layers.origins(), document, name).orElse(FILE) + ": [" + finding.path()
                    + "] " + finding.message());
        }
        throw problem(lines);
    }

    /** Where a person finds the value: in the file as near as can be. */
    private static Optional<String> place(
            KeyPath path, Map<KeyPath, Origin> origins, YamlDocument document, String environment) {
        for (KeyPath at = path; !at.isRoot(); at = at.parent()) {
            Origin origin = origins.get(at);
            if (origin instanceof Origin.InFile) {
                return Optional.of(FILE + ":" + document.line(path));
            } else if (origin instanceof Origin.InEnvironment) {
                return Optional.of(FILE + ":" + document.line(inSection(path, environment)));
            } else if (origin != null) {
                return Optional.of(origin.describe());
            }
        }
        return Optional.empty();
    }

    private static YamlDocument read(Path project, Path file) {
        if (!Files.exists(file)) {
            throw Problem.of(ConfigError.MISSING_FILE, "There is no " + FILE + " in " + project.toAbsolutePath())
                    .remedy("Run `relevo init` there to write one, or name the project with -C.")
                    .asException();
        }
        return YamlFile.read(file, FILE);
    }

    private static RelevoException invalid(YamlDocument document, List<Finding> findings) {
        return problem(findings.stream()
                .sorted(Comparator.comparingInt(finding -> document.line(finding.path())))
                .map(finding ->
                        FILE + ":" + document.line(finding.path()) + ": [" + finding.path() + "] " + finding.message())
                .toList());
    }

    private static RelevoException problem(List<String> lines) {
        return Problem.of(ConfigError.INVALID_CONFIGURATION, lines.get(0))
                .details(lines.subList(1, lines.size()))
                .remedy("Correct "
                        + (lines.size() == 1 ? "it" : "all " + lines.size())
                        + "; `relevo config schema` prints every key there is.")
                .asException();
    }

    private static ObjectNode section(YamlDocument document, String name) {
        return document.tree().path("environments").path(name) instanceof ObjectNode found
                ? found
                : JsonNodeFactory.instance.objectNode();
    }

    private static boolean isLocal(String name, ObjectNode section) {
        boolean remote = section.has("kubeconfig") || section.has("context");
        boolean local = section.path("cluster").asText("").equals("local");
        if (local && remote) {
            throw problem(List.of(FILE + ": [environments." + name
                    + "] has cluster: local and a kubeconfig or context; expected one of the two"));
        }
        return local || (name.equals(LOCAL) && !remote);
    }

    private static ObjectNode withoutEnvironments(ObjectNode tree) {
        ObjectNode copy = tree.deepCopy();
        copy.remove(List.of("environments", "defaultEnvironment"));
        return copy;
    }

    /** An environment's section with its own keys below {@code environment}, where they cannot be confused with the file's. */
    private static ObjectNode asLayer(ObjectNode section) {
        ObjectNode layer = JsonNodeFactory.instance.objectNode();
        ObjectNode target = layer.putObject("environment");
        for (Map.Entry<String, JsonNode> entry : section.properties()) {
            (TARGET_KEYS.contains(entry.getKey()) ? target : layer).set(entry.getKey(), entry.getValue());
        }
        return layer;
    }

    private static KeyPath inSection(KeyPath path, String name) {
        List<String> segments = path.segments();
        boolean own = !segments.isEmpty() && segments.get(0).equals("environment");
        return new KeyPath(own ? segments.subList(1, segments.size()) : segments).under(ENVIRONMENTS.child(name));
    }
}
