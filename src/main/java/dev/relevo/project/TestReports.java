package dev.relevo.project;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The JUnit XML files below a project, and which of them a run has written: every file as it was before the run is an old
 * story, however its name and its date look.
 */
public final class TestReports {
    private static final Set<String> NEVER_ENTERED =
            Set.of(".git", "node_modules", ".gradle", ".venv", "venv", ".idea");

    private final Path project;
    private final List<PathMatcher> patterns;
    private final Map<Path, Stamp> before;

    private record Stamp(FileTime modified, long size, Object identity) {}

    private TestReports(Path project, List<PathMatcher> patterns) throws IOException {
        this.project = project;
        this.patterns = patterns;
        this.before = list();
    }

    /**
     * Notes which reports are there before a run.
     *
     * @param globs patterns relative to the project; {@code **}{@code /} also stands for no folder at all
     */
    public static TestReports before(Path project, List<String> globs) throws IOException {
        List<PathMatcher> patterns = globs.stream()
                .flatMap(glob ->
                        glob.startsWith("**/") ? List.of(glob, glob.substring(3)).stream() : List.of(glob).stream())
                .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
                .toList();
        return new TestReports(project, patterns);
    }

    /** The reports that were written or changed since, as paths below the project, in order. */
    public List<Path> fresh() throws IOException {
        return list().entrySet().stream()
                .filter(entry -> !entry.getValue().equals(before.get(entry.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Where the usual tools put their reports. */
    public static List<String> usualPlaces(BuildTool.Kind kind) {
        return switch (kind) {
            case MAVEN -> List.of("**/target/surefire-reports/TEST-*.xml", "**/target/failsafe-reports/TEST-*.xml");
            case GRADLE -> List.of("**/build/test-results/**/*.xml");
            case NPM ->
                List.of(
                        ".relevo/reports/*.xml",
                        "**/junit*.xml",
                        "**/TEST-*.xml",
                        "**/test-results/**/*.xml",
                        "**/reports/**/*.xml");
            case PYTEST -> List.of(".relevo/reports/pytest.xml");
        };
    }

    private Map<Path, Stamp> list() throws IOException {
        Map<Path, Stamp> found = new TreeMap<>();
        Files.walkFileTree(project, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return NEVER_ENTERED.contains(String.valueOf(directory.getFileName()))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                Path relative = project.relativize(file);
                if (attributes.isRegularFile() && patterns.stream().anyMatch(pattern -> pattern.matches(relative))) {
                    Object key = attributes.fileKey();
                    found.put(
                            relative,
                            new Stamp(attributes.lastModifiedTime(), attributes.size(), key == null ? "" : key));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }
}
