package dev.relevo.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.cluster.KubeObject;
import dev.relevo.config.ConfigMapConfig;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigDataTest {
    @TempDir
    Path project;

    @Test
    void files_folders_env_files_and_values_become_keys() throws IOException {
        write("a.json", "{}");
        write("conf/x.properties", "x=1");
        write("conf/sub/ignored", "");
        write(".env", "# comment\n\nMODE=fast\nURL=http://a?b=c \n");

        ConfigData data = collect(List.of("a.json", "other=a.json", "conf"), List.of(".env"), Map.of("LEVEL", "info"));

        assertThat(data.keys()).containsExactly("LEVEL", "MODE", "URL", "a.json", "other", "x.properties");
        assertThat(text(data, "URL")).isEqualTo("http://a?b=c ");
        assertThat(text(data, "other")).isEqualTo("{}");
    }

    @Test
    void text_that_is_not_utf8_becomes_binary_data_of_an_immutable_labelled_object() throws IOException {
        Files.write(project.resolve("logo"), new byte[] {(byte) 0xff, 0, 1});
        ConfigData data = collect(List.of("logo"), List.of(), Map.of("a", "ä"));

        KubeObject object = ConfigMapObject.of("shop", "dev", "shop-config", data);

        assertThat(object.name()).matches("shop-config-[0-9a-f]{10}");
        assertThat(object.at("/immutable").asBoolean()).isTrue();
        assertThat(object.strings("/binaryData")).containsExactly(Map.entry("logo", "/wAB"));
        assertThat(object.strings("/data")).containsExactly(Map.entry("a", "ä"));
        assertThat(object.labels()).containsEntry("relevo.dev/app", "shop");
        assertThat(ManifestYaml.read(ManifestYaml.write(object), "x")).containsExactly(object);
    }

    @Test
    void the_hash_is_that_of_the_content_alone() {
        Map<String, byte[]> one = new LinkedHashMap<>();
        one.put("a", bytes("1"));
        one.put("b", bytes("2"));
        Map<String, byte[]> turned = new LinkedHashMap<>();
        turned.put("b", bytes("2"));
        turned.put("a", bytes("1"));

        assertThat(ConfigHash.of(one)).isEqualTo(ConfigHash.of(turned)).isEqualTo("6fa2d87f48");
        assertThat(ConfigHash.of(Map.of("ab", bytes("c")))).isNotEqualTo(ConfigHash.of(Map.of("a", bytes("bc"))));
    }

    @Test
    void what_cannot_be_read_is_named() {
        assertThat(refused(List.of("missing.json"), List.of(), Map.of()).code()).isEqualTo(ManifestError.CONFIG_FILE);
        assertThat(refused(List.of("missing.json"), List.of(), Map.of()).summary())
                .contains("[missing.json]");
    }

    @Test
    void bad_and_repeated_keys_are_told_with_their_places() throws IOException {
        write("a.json", "{}");
        write("b/a.json", "{}");
        write("bad name", "");
        write(".env", "no equals sign\n");

        assertThat(refused(List.of("bad name"), List.of(), Map.of()).code()).isEqualTo(ManifestError.CONFIG_KEY);
        Problem twice = refused(List.of("a.json", "b"), List.of(), Map.of());
        assertThat(twice.code()).isEqualTo(ManifestError.CONFIG_DUPLICATE_KEY);
        assertThat(twice.details()).containsExactly("a.json", "b/a.json");
        assertThat(refused(List.of(), List.of(".env"), Map.of()).summary()).contains(".env:1");
    }

    @Test
    void more_than_a_configmap_holds_is_refused_with_the_largest() throws IOException {
        write("one", "x".repeat(600_000));
        write("two", "x".repeat(600_000));
        write("huge", "x".repeat(ConfigData.LARGEST + 1));

        Problem problem = refused(List.of("one", "two"), List.of(), Map.of());
        assertThat(problem.code()).isEqualTo(ManifestError.CONFIG_TOO_LARGE);
        assertThat(problem.summary()).contains("1200006 bytes");
        assertThat(refused(List.of("huge"), List.of(), Map.of()).summary()).contains("[huge]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIE",
                "-----BEGIN PRIVATE " + "KEY-----\nMIIE",
                "key: AKIA" + "IOSFODNN7EXAMPLE",
                "token=ghp_" + "0123456789abcdefghijklmnopqrstuvwxyz",
                "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            })
    void credentials_are_refused_naming_key_and_file_but_never_the_value(String content) throws IOException {
        write("conf/app.txt", "some text\n" + content + "\n");

        Problem problem = refused(List.of("conf"), List.of(), Map.of());

        assertThat(problem.code()).isEqualTo(ManifestError.CONFIG_SECRET);
        assertThat(problem.summary()).contains("[app.txt]").contains("conf/app.txt");
        assertThat(problem.toString()).doesNotContain(content.substring(content.length() - 4));
    }

    @Test
    void certificates_and_ordinary_text_are_no_credentials() throws IOException {
        write("ca.crt", "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n");

        assertThat(collect(List.of("ca.crt"), List.of(), Map.of("AKIA", "short"))
                        .keys())
                .containsExactly("AKIA", "ca.crt");
    }

    private ConfigData collect(List<String> files, List<String> envFiles, Map<String, String> values) {
        return ConfigData.collect(project, new ConfigMapConfig(Optional.empty(), files, envFiles, values));
    }

    private Problem refused(List<String> files, List<String> envFiles, Map<String, String> values) {
        return catchThrowableOfType(RelevoException.class, () -> collect(files, envFiles, values))
                .problem();
    }

    private static String text(ConfigData data, String key) {
        return new String(data.values().getOrDefault(key, new byte[0]), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void write(String file, String text) throws IOException {
        Path path = project.resolve(file);
        Files.createDirectories(path.resolveSibling("."));
        Files.writeString(path, text);
    }
}
