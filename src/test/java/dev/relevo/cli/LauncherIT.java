package dev.relevo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as a user meets it: in a copy of the checkout, at a path with blanks. */
class LauncherIT {
    @TempDir
    Path folder;

    private Path checkout;
    private Path cache;

    @BeforeEach
    void copy_the_checkout() throws IOException {
        checkout = Files.createDirectories(folder.resolve("my own checkout"));
        cache = folder.resolve("cache");
        for (String part : List.of("relevo", "pom.xml", "src/main", "resources")) {
            copy(Path.of(part), checkout.resolve(part));
        }
    }

    @Test
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void builds_the_engine_once_for_all_who_call_and_again_when_a_source_changed() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("relevo"), Path.of("my own checkout", "relevo"));

        Path engineOfNoCheckout = engineOf("engine-1", folder.resolve("deleted checkout"));
        Path engineOfAnother = engineOf("engine-2", Path.of("").toAbsolutePath());

        Started first = start("first", link, "--version");
        Started second = start("second", checkout.resolve("relevo"), "--version");
        assertThat(first.end().out()).startsWith("relevo ");
        assertThat(second.end().out()).startsWith("relevo ");
        assertThat(first.end().err() + second.end().err()).containsOnlyOnce("building the engine");
        assertThat(builds()).hasSize(1);
        assertThat(checkout.resolve(".engine")).doesNotExist();
        assertThat(engineOfNoCheckout).doesNotExist();
        assertThat(engineOfAnother).exists();

        Path loaded = folder.resolve("loaded");
        Ended logged = start("logged", Map.of("RELEVO_JAVA_OPTS", "-Xlog:class+load:file=" + loaded), link, "--version")
                .end();
        assertThat(logged.status()).isZero();
        assertThat(Files.readString(loaded))
                .as("the engine's classes come from their archive, in spite of the blanks")
                .containsPattern("dev\\.relevo\\.cli\\.command\\.CommandRun source: shared objects file");

        answers_for_help_are_those_of_the_engine(link);
        a_build_lets_maven_take_javas_classes_from_their_archive(link);

        Ended third = start("third", link, "--version").end();
        assertThat(third.err()).isEmpty();
        assertThat(third.status()).isZero();

        Ended refresh = start(
                        "refresh",
                        Map.of("AWS_EC2_METADATA_DISABLED", "true"),
                        link,
                        "registry",
                        "refresh",
                        "--provider=ecr",
                        "--secret=pull",
                        "--endpoint=http://127.0.0.1:9",
                        "-n=dev")
                .end();
        assertThat(refresh.err())
                .as("Amazon's libraries are found where they are needed")
                .startsWith("error RLV-411: ");

        Path source = checkout.resolve("src/main/java/dev/relevo/cli/Main.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now()));
        Ended fourth = start("fourth", link, "confg").end();
        assertThat(fourth.err()).contains("building the engine", "error RLV-106: There is no command [confg]");
        assertThat(fourth.err()).contains("what to do: Run `" + link + " --help`.");
        assertThat(fourth.status()).isEqualTo(2);
        assertThat(fourth.out()).isEmpty();

        Map<String, String> onPath = Map.of("PATH", folder + File.pathSeparator + System.getenv("PATH"));
        Ended fifth = start("fifth", onPath, Path.of("env"), "relevo", "confg").end();
        assertThat(fifth.err()).contains("what to do: Run `relevo --help`.");
    }

    @Test
    void says_what_is_missing() throws Exception {
        Path tools = Files.createDirectory(folder.resolve("tools"));
        for (String tool : List.of("find", "head", "mkdir", "readlink", "cksum", "dirname", "sed")) {
            Path program = Stream.of("/usr/bin", "/bin")
                    .map(place -> Path.of(place, tool))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow();
            Path stub = Files.writeString(tools.resolve(tool), "#!/bin/sh\nexec " + program + " \"$@\"\n");
            Files.setPosixFilePermissions(stub, PosixFilePermissions.fromString("rwxr-xr-x"));
        }

        Map<String, String> variables = Map.of(
                "PATH",
                tools.toString(),
                "XDG_CACHE_HOME",
                folder.resolve("a cache").toString());
        Ended noMaven = start("maven", variables, checkout.resolve("relevo"), "--version")
                .end();
        Ended noJava = start("java", Map.of("JAVA_HOME", "/nonexistent"), checkout.resolve("relevo"), "--version")
                .end();

        assertThat(noMaven.status()).isEqualTo(2);
        assertThat(noMaven.err()).contains("there is no mvn on the PATH", "install Maven 3.8 or newer");
        assertThat(checkout.resolve(".engine"))
                .as("a cache with a blank in its path would be no better")
                .isDirectory();
        assertThat(noJava.status()).isEqualTo(2);
        assertThat(noJava.err()).contains("JAVA_HOME is [/nonexistent], but there is no bin/java in it");
    }

    /** An option for Java makes the launcher start one. */
    private void a_build_lets_maven_take_javas_classes_from_their_archive(Path launcher) throws Exception {
        Path project = Files.createDirectories(folder.resolve("project"));
        Files.writeString(project.resolve("pom.xml"), "<project><artifactId>app</artifactId></project>");
        Files.writeString(project.resolve("relevo.yaml"), """
                app: app
                image: {repository: registry.example.com/app}
                environments: {remote: {context: none, namespace: app}}
                """);
        Path loaded = folder.resolve("loaded-by-maven");
        Path wrapper =
                Files.writeString(project.resolve("mvnw"), """
                #!/bin/sh
                exec "%s/bin/java" $MAVEN_OPTS -Xlog:class+load:file=%s -m jdk.compiler/com.sun.tools.javac.Main -version
                """.formatted(System.getProperty("java.home"), loaded));
        Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, String> sameJava = Map.of("JAVA_HOME", System.getProperty("java.home"));
        List<String> words =
                List.of("-u", "MAVEN_OPTS", launcher.toString(), "-C", project.toString(), "-e", "remote", "build");

        Ended build = start("build", sameJava, Path.of("env"), words.toArray(String[]::new))
                .end();

        assertThat(build.err()).contains("javac ").contains("left no classes");
        assertThat(Files.readString(loaded))
                .containsPattern("com\\.sun\\.tools\\.javac\\.main\\.Main source: shared objects file");
    }

    private void answers_for_help_are_those_of_the_engine(Path launcher) throws Exception {
        Map<String, String> byTheEngine = Map.of("RELEVO_JAVA_OPTS", "-Dasked.of=engine");
        for (String line :
                List.of("--version", "--help", "deploy --help", "local up -h", "confg --help", "deploy x -h")) {
            String[] words = line.split(" ");
            Ended file = start("file", launcher, words).end();
            Ended engine = start("engine", byTheEngine, launcher, words).end();
            assertThat(file).as(line).isEqualTo(engine);
        }
    }

    private Path engineOf(String name, Path itsCheckout) throws IOException {
        Path engine = Files.createDirectories(cache.resolve("relevo").resolve(name));
        Files.writeString(engine.resolve("checkout"), itsCheckout + "\n");
        return engine;
    }

    private List<Path> builds() throws IOException {
        try (Stream<Path> files = Files.walk(cache.resolve("relevo"), 2)) {
            return files.filter(file -> file.getFileName().toString().startsWith("build."))
                    .toList();
        }
    }

    private Started start(String name, Path launcher, String... words) throws IOException {
        return start(name, Map.of(), launcher, words);
    }

    private Started start(String name, Map<String, String> variables, Path launcher, String... words)
            throws IOException {
        File out = folder.resolve(name + ".out").toFile();
        File err = folder.resolve(name + ".err").toFile();
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(launcher.toString()), Stream.of(words))
                        .toList())
                .redirectOutput(out)
                .redirectError(err);
        builder.environment().put("XDG_CACHE_HOME", cache.toString());
        builder.environment().putAll(variables);
        return new Started(builder.start(), out.toPath(), err.toPath());
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path target = from.equals(file)
                        ? to
                        : to.resolve(from.relativize(file).toString());
                Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private record Started(Process process, Path out, Path err) {
        Ended end() throws Exception {
            int status = process.waitFor();
            return new Ended(status, Files.readString(out), Files.readString(err));
        }
    }

    private record Ended(int status, String out, String err) {}
}
