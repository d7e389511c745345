package dev.relevo.local.environment;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command line of the background process. */
final class DaemonCommand {
    /** The compiler and the collector that start fastest and need least memory; the heap holds objects, not traffic. */
    private static final List<String> FLAGS = List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xms16m",
            "-Xmx160m",
            "-Xss512k",
            "-XX:ReservedCodeCacheSize=48m",
            "-XX:MaxDirectMemorySize=64m",
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=30",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-Djava.awt.headless=true",
            "-Dsun.net.http.allowRestrictedHeaders=true");

    /** The system property that names a class data archive for the background process. */
    static final String ARCHIVE_PROPERTY = "relevo.local.archive";

    /** The system property that names libraries that only the background process needs; {@code <folder>/*} for a folder's. */
    static final String LIBRARIES_PROPERTY = "relevo.local.libraries";

    private DaemonCommand() {}

    static List<String> of(Path directory) {
        List<String> command = new ArrayList<>();
        Stream.of("/usr/bin/setsid", "/bin/setsid")
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .ifPresent(command::add);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        String archive = System.getProperty(ARCHIVE_PROPERTY, "");
        if (!archive.isEmpty() && Files.exists(Path.of(archive))) {
            command.add("-XX:SharedArchiveFile=" + archive);
            // Used where it is mapped to: moving it at each start takes time, and memory for all that is changed by it.
            command.add("-XX:+UnlockDiagnosticVMOptions");
            command.add("-XX:ArchiveRelocationMode=0");
        }
        command.add("-cp");
        command.add(
                absolute(Stream.of(System.getProperty("java.class.path"), System.getProperty(LIBRARIES_PROPERTY, ""))
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining(File.pathSeparator))));
        command.add(LocalMain.class.getName());
        command.add(directory.toString());
        return command;
    }

    /** The background process has another working directory. */
    private static String absolute(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
