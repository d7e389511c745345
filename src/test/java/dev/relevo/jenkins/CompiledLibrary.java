package dev.relevo.jenkins;

import com.cloudbees.groovy.cps.CpsTransformer;
import com.cloudbees.groovy.cps.sandbox.Untrusted;
import groovy.lang.Binding;
import groovy.lang.GroovyCodeSource;
import groovy.lang.GroovyShell;
import groovy.lang.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.codehaus.groovy.runtime.InvokerHelper;

/** The files of {@code vars/} as Jenkins compiles them, and the steps that they call. Compiled once, started for every program. */
final class CompiledLibrary {
    private final Map<String, Class<?>> vars = new HashMap<>();
    private final Class<?> steps;
    private final ClassLoader loader;

    CompiledLibrary() {
        GroovyShell trusted = shell(CompiledLibrary.class.getClassLoader(), new CpsTransformer());
        GroovyShell sandboxed = shell(trusted.getClassLoader(), new SandboxedTransformer());
        loader = sandboxed.getClassLoader();
        try {
            steps = trusted.parse(new GroovyCodeSource(CompiledLibrary.class.getResource("steps.groovy")))
                    .getClass();
            for (Path file : files()) {
                vars.put(
                        name(file),
                        sandboxed.parse(new GroovyCodeSource(file.toFile())).getClass());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The groovy files of {@code vars/}. */
    static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("vars"))) {
            return all.filter(file -> file.toString().endsWith(".groovy")).toList();
        }
    }

    /** The name by which pipelines call what is in the file. */
    static String name(Path file) {
        return file.getFileName().toString().replace(".groovy", "");
    }

    /** A pipeline of its own with this library and the global variables of Jenkins. */
    Script load(String jenkinsfile, Map<String, Object> variables) {
        Binding binding = new Binding(new HashMap<>(variables));
        Map<String, Script> scripts = new HashMap<>();
        vars.forEach((name, type) -> scripts.put(name, InvokerHelper.createScript(type, binding)));
        binding.setVariable(PipelineScript.VARS, scripts);
        binding.setVariable(PipelineScript.STEPS, InvokerHelper.createScript(steps, binding));
        Script script = shell(loader, new SandboxedTransformer()).parse(jenkinsfile, "Jenkinsfile.groovy");
        script.setBinding(binding);
        return script;
    }

    private static GroovyShell shell(ClassLoader parent, CpsTransformer transformer) {
        CompilerConfiguration configuration = new CompilerConfiguration();
        configuration.addCompilationCustomizers(transformer);
        configuration.setScriptBaseClass(PipelineScript.class.getName());
        return new GroovyShell(parent, new Binding(), configuration);
    }

    /** Marks what it compiles as code that the sandbox is to watch. */
    private static final class SandboxedTransformer extends CpsTransformer {
        @Override
        protected Class<?> getTrustTag() {
            return Untrusted.class;
        }
    }
}
