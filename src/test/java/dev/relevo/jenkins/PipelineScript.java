package dev.relevo.jenkins;

import com.cloudbees.groovy.cps.SerializableScript;
import groovy.lang.Binding;
import groovy.lang.MissingMethodException;
import groovy.lang.Script;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Map;
import org.codehaus.groovy.runtime.InvokerHelper;

/**
 * What a Jenkinsfile and the files of {@code vars/} extend, as in Jenkins: a name that the script does not define itself is
 * a global variable of a library first, then a step.
 */
public abstract class PipelineScript extends SerializableScript {
    private static final long serialVersionUID = 1L;

    /** The variables that hold the library's vars by name, and the script that defines the steps. */
    static final String VARS = "vars of the library";

    static final String STEPS = "steps of Jenkins";

    @Override
    public Object invokeMethod(String name, Object args) {
        Script variable = vars().get(name);
        if (variable != null) {
            return InvokerHelper.invokeMethod(variable, "call", args);
        }
        Script steps = (Script) getBinding().getVariable(STEPS);
        // A step that is not installed, in the words of Jenkins.
        if (steps == this
                || InvokerHelper.getMetaClass(steps).respondsTo(steps, name).isEmpty()) {
            throw new NoSuchMethodError("No such DSL method '" + name + "' found among steps");
        }
        try {
            return InvokerHelper.invokeMethod(steps, name, args);
        } catch (MissingMethodException e) {
            throw new IllegalArgumentException("Step " + name + " does not take these arguments", e);
        }
    }

    @Override
    public Object getProperty(String property) {
        Script variable = vars().get(property);
        return variable != null ? variable : super.getProperty(property);
    }

    // A binding is not saved by itself. Its map is one object for all scripts, and is so again when they are read back.
    private void writeObject(ObjectOutputStream out) throws IOException {
        out.writeObject(getBinding().getVariables());
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
        setBinding(new Binding((Map<?, ?>) in.readObject()));
    }

    @SuppressWarnings("unchecked")
    private Map<String, Script> vars() {
        return getBinding().hasVariable(VARS)
                ? (Map<String, Script>) getBinding().getVariable(VARS)
                : Map.of();
    }
}
