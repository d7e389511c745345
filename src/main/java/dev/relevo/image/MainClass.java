package dev.relevo.image;

import com.google.cloud.tools.jib.api.MainClassFinder;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which class a service starts with. */
public final class MainClass {
    private MainClass() {}

    /**
     * The class named by the configuration, otherwise by the build tool, otherwise the only one with a {@code main}.
     *
     * @throws dev.relevo.report.RelevoException when there is none, or several
     */
    public static String of(Optional<String> configured, CompiledProject compiled) {
        Optional<String> named = configured.or(compiled::mainClass);
        return named.isPresent() ? named.get() : search(compiled);
    }

    private static String search(CompiledProject compiled) {
        List<Path> files = new ArrayList<>();
        for (Path folder : compiled.classes()) {
            try (Stream<Path> all = Files.isDirectory(folder) ? Files.walk(folder) : Stream.empty()) {
                all.filter(Files::isRegularFile).sorted().forEach(files::add);
            } catch (IOException e) {
                throw BuildFailures.files("the main class of " + folder, e);
            }
        }
        MainClassFinder.Result result = MainClassFinder.find(files, event -> {});
        return switch (result.getType()) {
            case MAIN_CLASS_FOUND -> result.getFoundMainClass();
            case MAIN_CLASS_NOT_FOUND ->
                throw Problem.of(BuildError.MAIN_CLASS, "No class of the project has a main method")
                        .details(compiled.classes().stream()
                                .map(folder -> "Looked in " + folder)
                                .toList())
                        .remedy("Set build.mainClass in relevo.yaml")
                        .asException();
            case MULTIPLE_MAIN_CLASSES ->
                throw Problem.of(BuildError.MAIN_CLASS, "Several classes of the project have a main method")
                        .details(result.getFoundMainClasses().stream().sorted().toList())
                        .remedy("Set build.mainClass in relevo.yaml to one of them")
                        .asException();
        };
    }
}
