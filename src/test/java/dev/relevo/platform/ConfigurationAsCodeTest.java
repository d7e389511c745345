package dev.relevo.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The configuration as code")
class ConfigurationAsCodeTest {
    private static final Path FOLDER = Path.of("jenkins-image/casc");
    private static final Path PAGE = Path.of("docs/jenkins-platform.md");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+|[a-z][a-z-]*)(?=[:}])(?!:\\$)");
    private static final Pattern SECRET = Pattern.compile("(?i)password|privateKey|secretBytes|passphrase|token$");

    static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(FOLDER)) {
            return all.filter(file -> file.toString().endsWith(".yaml")).toList();
        }
    }

    /** What one controller reads together: all that can be chosen, so that no choice of them can be in conflict. */
    private static JsonNode read(String file) throws IOException {
        return YamlFile.read(FOLDER.resolve(file));
    }

    @ParameterizedTest
    @MethodSource("files")
    void saysInEveryFileWhatItIsFor(Path file) throws Exception {
        assertThat(Files.readAllLines(file).get(0)).startsWith("# ");
        assertThat(YamlFile.read(file).isObject()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("files")
    void holdsNoSecretButOnlyWhereToFindIt(Path file) throws Exception {
        YamlFile.scalars(YamlFile.read(file), (path, value) -> {
            String name = path.get(path.size() - 1);
            if (SECRET.matcher(name).find() && !value.matches("true|false")) {
                assertThat(value).as(String.join(".", path)).matches("\\$\\{[^:}]+}|\\$\\{readFile(Base64)?:.*}");
            }
        });
    }

    // Jenkins puts lists of several files together, but refuses a value that two of them set.
    @Test
    void setsNoValueInTwoFiles() throws Exception {
        List<String> set = new ArrayList<>();
        for (Path file : files()) {
            YamlFile.scalars(YamlFile.read(file), (path, value) -> {
                if (path.stream().noneMatch(name -> name.matches("\\d+"))) {
                    set.add(String.join(".", path));
                }
            });
        }

        assertThat(set).isNotEmpty().doesNotHaveDuplicates();
    }

    @Test
    void isTheSameForEveryWayOfRunningButForVariablesThatAreDocumented() throws Exception {
        Set<String> variables = new TreeSet<>();
        for (Path file : files()) {
            VARIABLE.matcher(Files.readString(file).replaceAll("(?m)^\\s*#.*$", ""))
                    .results()
                    .forEach(found -> variables.add(found.group(1)));
        }

        assertThat(variables).contains("LIBRARY_VERSION", "admin-password", "AGENT_IMAGE");
        assertThat(variables).allSatisfy(name -> assertThat(PAGE).content().contains("| `" + name + "` |"));
    }

    @Test
    void letsTheControllerBuildNothingItself() throws Exception {
        assertThat(read("controller/system.yaml").at("/jenkins/numExecutors").asInt(-1))
                .isZero();
    }

    @Test
    void givesRightsToNamedAccountsOnly() throws Exception {
        JsonNode security = read("controller/security.yaml").path("jenkins");

        assertThat(security.at("/securityRealm/local/allowsSignup").asBoolean(true))
                .isFalse();
        assertThat(security.has("crumbIssuer")).isTrue();
        for (Path file : files()) {
            for (JsonNode entry : YamlFile.read(file).at("/jenkins/authorizationStrategy/projectMatrix/entries")) {
                assertThat(entry.has("user")).as(entry.toString()).isTrue();
                assertThat(entry.at("/user/name").asText())
                        .as(file.toString())
                        .isIn("${JENKINS_ADMIN_ID:-admin}", "agent", "prometheus");
            }
        }
    }

    @Test
    void letsAgentsConnectByWebSocketOnly() throws Exception {
        assertThat(read("controller/security.yaml")
                        .at("/jenkins/slaveAgentPort")
                        .asInt())
                .isEqualTo(-1);
        assertThat(read("inbound-agent/agent.yaml")
                        .at("/jenkins/nodes/0/permanent/launcher/inbound/webSocket")
                        .asBoolean())
                .isTrue();
        assertThat(cloud().path("webSocket").asBoolean()).isTrue();
    }

    @Test
    void pinsTheLibraryAndLetsNoJenkinsfileChooseAnotherVersion() throws Exception {
        JsonNode library = read("controller/library.yaml").at("/unclassified/globalLibraries/libraries/0");

        assertThat(library.path("name").asText()).isEqualTo("relevo");
        assertThat(library.path("defaultVersion").asText()).isEqualTo("${LIBRARY_VERSION}");
        assertThat(library.path("allowVersionOverride").asBoolean(true)).isFalse();
    }

    private static JsonNode cloud() throws IOException {
        return read("kubernetes/cloud.yaml").at("/jenkins/clouds/0/kubernetes");
    }

    private static JsonNode pod() throws IOException {
        return YamlFile.parse(cloud().at("/templates/0/yaml").asText()).path("spec");
    }

    // The plugin mounts a template's own volumes only into containers that are not in its YAML.
    @Test
    void mountsEveryVolumeOfAnAgentWhereItIsWritten() throws Exception {
        assertThat(cloud().path("templates")).noneMatch(template -> template.has("volumes"));

        assertThat(pod().at("/containers/0/volumeMounts"))
                .extracting(mount -> mount.path("name").asText())
                .containsExactlyInAnyOrderElementsOf(pod().path("volumes").findValuesAsText("name"))
                .contains("maven-cache");
    }

    @Test
    void runsAgentsAsPodsThatFitARestrictedNamespace() throws Exception {
        JsonNode spec = pod();

        assertThat(spec.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(spec.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        JsonNode container = spec.at("/containers/0");
        assertThat(container.path("name").asText()).isEqualTo("jnlp");
        assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                .isFalse();
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                .isTrue();
        assertThat(container.at("/securityContext/capabilities/drop/0").asText())
                .isEqualTo("ALL");
        assertThat(container.at("/resources/requests").size()).isEqualTo(3);
        assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
    }

    // The plugin keeps the inherited template's value, so that an agent that deploys would be left without its token.
    @Test
    void leavesItToTheAccountsWhetherAnAgentGetsAToken() throws Exception {
        assertThat(cloud().path("templates"))
                .hasSize(2)
                .noneMatch(template -> template.path("yaml").asText().contains("automountServiceAccountToken"));

        List<JsonNode> accounts = YamlFile.readAll(Path.of("k8s/devops-tools/agents.yaml")).stream()
                .filter(object -> object.path("kind").asText().equals("ServiceAccount"))
                .toList();
        assertThat(accounts)
                .filteredOn(
                        account -> !account.path("automountServiceAccountToken").asBoolean(true))
                .extracting(account -> account.at("/metadata/name").asText())
                .containsExactly("default");
    }

    @Test
    void givesTheRightsToDeployToOneTemplateOnly() throws Exception {
        List<String> withAccount = new ArrayList<>();
        cloud().path("templates").forEach(template -> {
            if (template.has("serviceAccount")) {
                withAccount.add(template.path("label").asText());
            }
        });

        assertThat(withAccount).isEqualTo(Collections.singletonList("relevo"));
    }
}
