package dev.relevo.jenkins;

import com.cloudbees.groovy.cps.Continuable;
import com.cloudbees.groovy.cps.CpsTransformer;
import com.cloudbees.groovy.cps.Envs;
import com.cloudbees.groovy.cps.ObjectInputStreamWithLoader;
import com.cloudbees.groovy.cps.Outcome;
import com.cloudbees.groovy.cps.impl.CpsCallableInvocation;
import com.cloudbees.groovy.cps.sandbox.Untrusted;
import groovy.lang.Binding;
import groovy.lang.GroovyCodeSource;
import groovy.lang.GroovyShell;
import groovy.lang.Script;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * A Jenkinsfile with this library, compiled as Jenkins compiles it. Whenever it calls a step it is written to bytes and read
 * back, as if the controller had been restarted there, and only the copy goes on.
 */
final class PipelineProgram {
    private final GroovyShell jenkins;
    private final GroovyShell shell;
    private final Binding binding = new Binding();
    private final List<StepCall> steps = new ArrayList<>();

    PipelineProgram(Map<String, String> env) {
        jenkins = shell(PipelineProgram.class.getClassLoader(), new CpsTransformer());
        shell = shell(jenkins.getClassLoader(), new SandboxedTransformer());
        binding.setVariable("env", new HashMap<>(env));
        binding.setVariable("params", new HashMap<>());
        binding.setVariable("scm", "the commit");
        binding.setVariable("any", "any");
        binding.setVariable("currentBuild", new HashMap<>(Map.of("currentResult", "SUCCESS")));
        loadLibrary();
    }

    /** Runs the program to its end against what answers its steps. */
    Result run(String jenkinsfile, Controller controller) {
        Script script = shell.parse(jenkinsfile, "Jenkinsfile.groovy");
        script.setBinding(binding);
        List<String> mismatches = new ArrayList<>();
        CpsCallableInvocation.registerMismatchHandler((expectedReceiver, expectedMethod, receiver, method) ->
                mismatches.add(expectedMethod + " ran into " + method));
        try {
            Continuable program = new Continuable(script, Envs.empty(new SandboxInvoker()));
            Outcome said = program.run0(new Outcome(null, null), categories());
            while (program.isResumable() && said.getNormal() instanceof StepCall call) {
                steps.add(call);
                program = saveAndRestore(program);
                said = program.run0(answer(controller, call), categories());
            }
            if (!mismatches.isEmpty()) {
                throw new AssertionError("Pipeline code was called from code that cannot wait for it: " + mismatches);
            }
            return new Result(steps, said.getNormal(), said.getAbnormal());
        } finally {
            CpsCallableInvocation.registerMismatchHandler(null);
        }
    }

    /** What a program did: its steps, and what it returned or which failure ended it. */
    record Result(
            List<StepCall> steps,
            @Nullable Object value,
            @Nullable Throwable failure) {
        List<String> inWords() {
            return steps.stream().map(StepCall::inWords).toList();
        }

        List<StepCall> called(String name) {
            return steps.stream().filter(step -> step.name().equals(name)).toList();
        }

        String failureMessage() {
            return failure == null ? "" : String.valueOf(failure.getMessage());
        }
    }

    /** Jenkins and its agent, from a program's side. */
    interface Controller {
        /** Carries a step out and returns its value. @throws Exception when the step fails */
        @Nullable
        Object carryOut(StepCall call) throws Exception;
    }

    private static Outcome answer(Controller controller, StepCall call) {
        try {
            return new Outcome(controller.carryOut(call), null);
        } catch (Exception | LinkageError e) {
            return new Outcome(null, e);
        }
    }

    private static List<Class> categories() {
        List<Class> all = new ArrayList<>(Continuable.categories);
        all.add(SerializableIterators.class);
        return all;
    }

    private Continuable saveAndRestore(Continuable program) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(program);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The program cannot be saved at "
                            + steps.get(steps.size() - 1).inWords(),
                    e);
        }
        try (ObjectInputStream in = new ObjectInputStreamWithLoader(
                new ByteArrayInputStream(bytes.toByteArray()), shell.getClassLoader())) {
            return (Continuable) in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("The program cannot be restored", e);
        }
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

    private void loadLibrary() {
        Map<String, Script> vars = new HashMap<>();
        try (Stream<Path> files = Files.list(Path.of("vars"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".groovy")).toList()) {
                String name = file.getFileName().toString().replace(".groovy", "");
                vars.put(name, shell.parse(new GroovyCodeSource(file.toFile())));
            }
            Script steps = jenkins.parse(new GroovyCodeSource(PipelineProgram.class.getResource("steps.groovy")));
            binding.setVariable(PipelineScript.VARS, vars);
            binding.setVariable(PipelineScript.STEPS, steps);
            steps.setBinding(binding);
            vars.values().forEach(script -> script.setBinding(binding));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
