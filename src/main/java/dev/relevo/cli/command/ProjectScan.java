package dev.relevo.cli.command;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a folder says about the service in it.
 *
 * @param app a name for the application
 * @param manifests folder with Kubernetes manifests
 * @param dockerfile whether there is a Dockerfile
 * @param port the port that the Dockerfile exposes
 * @param readiness the readiness path that the framework in the build file has
 * @param findings what was found, a sentence each
 */
record ProjectScan(
        String app,
        Optional<String> manifests,
        boolean dockerfile,
        Optional<Integer> port,
        Optional<String> readiness,
        List<String> findings) {
    private static final List<String> MANIFEST_FOLDERS =
            List.of("k8s", "kubernetes", "deploy", "manifests", "kustomize");
    private static final Pattern EXPOSE = Pattern.compile("(?im)^\\s*EXPOSE\\s+([0-9]{1,5})");
    private static final Pattern NODE_NAME = Pattern.compile("\"name\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern GRADLE_NAME = Pattern.compile("rootProject\\.name\\s*=\\s*['\"]([^'\"]+)['\"]");

    ProjectScan {
        findings = List.copyOf(findings);
    }

    static ProjectScan of(Path project) throws IOException {
        List<String> findings = new ArrayList<>();
        Optional<String> named = name(project, findings);
        String app = label(named.orElse(String.valueOf(project.getFileName())));
        Optional<String> manifests = manifests(project);
        manifests.ifPresent(folder -> findings.add("found manifests in " + folder + "/"));
        Optional<String> dockerfile = text(project.resolve("Dockerfile"));
        dockerfile.ifPresent(any -> findings.add("found a Dockerfile"));
        Optional<Integer> port =
                dockerfile.map(EXPOSE::matcher).filter(Matcher::find).map(matcher -> Integer.valueOf(matcher.group(1)));
        return new ProjectScan(app, manifests, dockerfile.isPresent(), port, readiness(project, findings), findings);
    }

    private static Optional<String> name(Path project, List<String> findings) throws IOException {
        Optional<String> pom = text(project.resolve("pom.xml"));
        if (pom.isPresent()) {
            findings.add("found a Maven project");
            String own = pom.get()
                    .replaceAll("(?s)<(parent|dependencies|dependencyManagement|build|profiles)>.*?</\\1>", "");
            return first(Pattern.compile("<artifactId>\\s*([^<\\s]+)\\s*</artifactId>"), own);
        }
        for (String gradle : List.of("settings.gradle", "settings.gradle.kts")) {
            Optional<String> settings = text(project.resolve(gradle));
            if (settings.isPresent()) {
                findings.add("found a Gradle project");
                return first(GRADLE_NAME, settings.get());
            }
        }
        Optional<String> node = text(project.resolve("package.json"));
        if (node.isPresent()) {
            findings.add("found an npm project");
            return first(NODE_NAME, node.get()).map(name -> name.replaceFirst("^@[^/]*/", ""));
        }
        return Optional.empty();
    }

    private static Optional<String> readiness(Path project, List<String> findings) throws IOException {
        StringBuilder build = new StringBuilder();
        for (String file : List.of("pom.xml", "build.gradle", "build.gradle.kts")) {
            text(project.resolve(file)).ifPresent(build::append);
        }
        if (build.indexOf("spring-boot-starter-actuator") >= 0) {
            findings.add("found Spring Boot with actuator");
            return Optional.of("/actuator/health/readiness");
        } else if (build.indexOf("micronaut-management") >= 0) {
            findings.add("found Micronaut with management");
            return Optional.of("/health/readiness");
        } else if (build.indexOf("quarkus-smallrye-health") >= 0) {
            findings.add("found Quarkus with health");
            return Optional.of("/q/health/ready");
        }
        return Optional.empty();
    }

    private static Optional<String> manifests(Path project) throws IOException {
        for (String folder : MANIFEST_FOLDERS) {
            Path candidate = project.resolve(folder);
            if (Files.isDirectory(candidate)) {
                try (Stream<Path> files = Files.list(candidate)) {
                    if (files.anyMatch(file -> file.toString().matches(".*\\.ya?ml"))) {
                        return Optional.of(folder);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static Optional<String> text(Path file) throws IOException {
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (MalformedInputException e) {
            return Optional.empty();
        }
    }

    private static String label(String name) {
        String label =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        label = label.length() > 53 ? label.substring(0, 53).replaceAll("-+$", "") : label;
        return label.isEmpty() ? "app" : label;
    }
}
