package dev.relevo.pipeline;

import dev.relevo.config.ConfigLoader;
import dev.relevo.report.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A small project on disk and everything that a step says about it. */
final class SampleProject {
    final Path root;
    final List<Event> events = new CopyOnWriteArrayList<>();

    SampleProject(Path root) {
        this.root = root;
    }

    /** A Maven project with one class, whose compilation takes no plugin beyond Maven's usual ones. */
    static SampleProject maven(Path root) {
        SampleProject project = new SampleProject(root);
        project.write("pom.xml", """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>demo</groupId>
                  <artifactId>demo</artifactId>
                  <version>1.2.0</version>
                  <properties>
                    <maven.compiler.release>17</maven.compiler.release>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                  <dependencies>
                    <dependency>
                      <groupId>org.jspecify</groupId>
                      <artifactId>jspecify</artifactId>
                      <version>1.0.0</version>
                    </dependency>
                  </dependencies>
                  <build>
                    <pluginManagement>
                      <plugins>
                        <plugin>
                          <artifactId>maven-resources-plugin</artifactId>
                          <version>3.3.1</version>
                        </plugin>
                        <plugin>
                          <artifactId>maven-compiler-plugin</artifactId>
                          <version>3.14.1</version>
                        </plugin>
                      </plugins>
                    </pluginManagement>
                  </build>
                </project>
                """);
        project.write("src/main/java/demo/Main.java", """
                package demo;
                public class Main {
                    public static void main(String[] words) {
                        System.out.println("hello " + Main.class.getResource("/greeting.txt"));
                    }
                }
                """);
        project.write("src/main/resources/greeting.txt", "hello\n");
        project.write(".gitignore", "target/\n");
        return project.config("");
    }

    /** Writes relevo.yaml with these lines added. */
    SampleProject config(String more) {
        return write(
                "relevo.yaml",
                "apiVersion: relevo.dev/v1\napp: demo\nimage: {repository: 127.0.0.1:5000/demo}\n" + more);
    }

    SampleProject write(String file, String content) {
        try {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SampleProject script(String file, String content) {
        write(file, content);
        root.resolve(file).toFile().setExecutable(true);
        return this;
    }

    /** Makes it a repository with one commit, always of the same hash. */
    SampleProject commit() {
        command("git", "init", "-q", "-b", "main");
        command("git", "add", ".");
        command("git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first");
        return this;
    }

    void command(String... words) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(words).directory(root.toFile()).inheritIO();
            builder.environment()
                    .putAll(Map.of(
                            "GIT_AUTHOR_DATE", "2026-02-03T04:05:06Z", "GIT_COMMITTER_DATE", "2026-02-03T04:05:06Z"));
            Process process = builder.start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", words) + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    StepContext context() {
        return new StepContext(
                root,
                new ConfigLoader()
                        .load(root, Optional.empty(), Map.of(), List.of())
                        .config(),
                events::add);
    }

    /** What a person watching would have read. */
    String said() {
        StringBuilder text = new StringBuilder();
        for (Event event : events) {
            text.append(event).append('\n');
        }
        return text.toString();
    }
}
