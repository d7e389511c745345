package dev.relevo.cli.ci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodePlacesTest {
    @TempDir
    Path project;

    @Test
    void a_place_is_found_as_messages_compilers_and_stack_traces_write_it() throws IOException {
        Path config = file("relevo.yaml");
        Path source = file("src/main/java/demo/Main.java");
        Path test = file("src/test/java/demo/MainTest.java");
        Path script = file("test/adds.test.js");

        assertThat(in("relevo.yaml:4: [stratgy] is not a key")).contains(new CodePlace(config, 4));
        assertThat(in("(" + source + ":[3,8] cannot find symbol")).contains(new CodePlace(source, 3));
        assertThat(in("src/main/java/demo/Main.java:12: error: ';' expected")).contains(new CodePlace(source, 12));
        assertThat(in("MainTest.adds: expected 4 but was 5 (MainTest.java:42)")).contains(new CodePlace(test, 42));
        assertThat(in("test/adds.test.js:7")).contains(new CodePlace(script, 7));
    }

    @Test
    void what_is_not_there_or_not_the_only_one_is_no_place() throws IOException {
        file("a/Twice.java");
        file("b/Twice.java");
        file("target/Copy.java");
        Path real = file("Real.java");

        assertThat(in("Twice.java:1")).isEmpty();
        assertThat(in("Copy.java:1")).isEmpty();
        assertThat(in("gone.yaml:4")).isEmpty();
        assertThat(in("http://example.com:8080/a")).isEmpty();
        assertThat(in("gone.yaml:4, as Real.java:2 says")).contains(new CodePlace(real, 2));
    }

    private java.util.Optional<CodePlace> in(String text) {
        return new CodePlaces(project).in(text);
    }

    private Path file(String name) throws IOException {
        Path file = project.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "text\n");
    }
}
