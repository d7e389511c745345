package dev.relevo.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The compose file")
class ComposeFileTest {
    private static final Path FILE = Path.of("jenkins-image/compose.yaml");

    private JsonNode compose;

    @BeforeEach
    void read() throws Exception {
        compose = YamlFile.read(FILE);
    }

    private Set<Map.Entry<String, JsonNode>> services() {
        return compose.path("services").properties();
    }

    private static List<String> texts(JsonNode list) {
        List<String> all = new ArrayList<>();
        list.forEach(item -> all.add(item.asText()));
        return all;
    }

    @Test
    void isValidByTheSchemaOfTheComposeSpecification() throws Exception {
        ComposeSpecification.assertTakes(compose);
    }

    @Test
    void opensEveryPortToThisMachineOnly() {
        List<String> ports = services().stream()
                .flatMap(service -> texts(service.getValue().path("ports")).stream())
                .toList();

        assertThat(ports).hasSize(5).allMatch(port -> port.matches("127\\.0\\.0\\.1:\\$\\{[A-Z_]+:-[0-9]+}:[0-9]+"));
        assertThat(services()).noneMatch(service -> service.getValue().has("network_mode"));
    }

    @Test
    void checksTheHealthOfEveryService() {
        assertThat(services())
                .isNotEmpty()
                .allSatisfy(service -> assertThat(
                                texts(service.getValue().path("healthcheck").path("test")))
                        .as(service.getKey())
                        .startsWith("CMD")
                        .hasSizeGreaterThan(1));
    }

    @Test
    void runsEveryServiceWithAReadOnlyRootAndNoRightsThatItDoesNotNeed() {
        assertThat(services()).allSatisfy(service -> {
            JsonNode definition = service.getValue();
            assertThat(definition.path("read_only").asBoolean())
                    .as(service.getKey())
                    .isTrue();
            assertThat(texts(definition.path("cap_drop"))).containsExactly("ALL");
            assertThat(texts(definition.path("security_opt"))).containsExactly("no-new-privileges:true");
            assertThat(definition.has("privileged")).isFalse();
        });
    }

    @Test
    void pinsEveryImage() {
        assertThat(services())
                .extracting(service -> service.getValue().path("image").asText())
                .allMatch(image -> image.matches("\\S+:(\\d+\\.\\d+.*|\\$\\{RELEVO_VERSION.*)"));
    }

    @Test
    void startsInAnOrderThatWaitsForHealth() {
        Set<String> names = new TreeSet<>();
        services().forEach(service -> names.add(service.getKey()));

        assertThat(services())
                .allSatisfy(service -> service.getValue()
                        .path("depends_on")
                        .properties()
                        .forEach(dependency -> {
                            assertThat(names).contains(dependency.getKey());
                            assertThat(dependency.getValue().path("condition").asText())
                                    .isEqualTo("service_healthy");
                        }));
        assertThat(compose.at("/services/agent/depends_on").has("controller")).isTrue();
    }

    @Test
    void usesOnlySecretsAndVolumesThatItDefines() {
        assertThat(services()).allSatisfy(service -> {
            for (String secret : texts(service.getValue().path("secrets"))) {
                assertThat(compose.path("secrets").path(secret).path("file").asText())
                        .isEqualTo(".secrets/" + secret);
            }
            for (String volume : texts(service.getValue().path("volumes"))) {
                String source = volume.split(":")[0];
                assertThat(source.startsWith(".") || compose.path("volumes").has(source))
                        .as(volume)
                        .isTrue();
            }
        });
    }

    @Test
    void holdsNoPasswordItself() {
        YamlFile.scalars(compose.path("services"), (path, value) -> {
            if (Pattern.compile("(?i)password")
                    .matcher(path.get(path.size() - 1))
                    .find()) {
                assertThat(value).as(String.join(".", path)).startsWith("/run/secrets/");
            }
        });
    }

    @Test
    void letsAnAgentSeeNoPasswordButItsOwn() {
        assertThat(texts(compose.at("/services/agent/secrets"))).containsExactly("agent-password");
    }

    @Test
    void putsHaproxyBeforeTheControllerWhenAskedTo() throws Exception {
        JsonNode haproxy = compose.at("/services/haproxy");

        assertThat(texts(haproxy.path("profiles"))).containsExactly("haproxy");
        assertThat(texts(haproxy.path("ports"))).anyMatch(port -> port.endsWith(":8404"));
        assertThat(Path.of("jenkins-image/haproxy.cfg"))
                .content()
                .contains("bind :8404", "stats uri /stats", "prometheus-exporter", "server controller controller:8080");
    }
}
