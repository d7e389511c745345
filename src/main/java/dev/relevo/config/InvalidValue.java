package dev.relevo.config;

/** A value that its record refuses. The loader adds file and line. */
public final class InvalidValue extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String value;
    private final String expected;

    InvalidValue(String key, String value, String expected) {
        super("[" + key + "] is [" + value + "]; expected " + expected);
        this.key = key;
        this.value = value;
        this.expected = expected;
    }

    /** The dotted key as far as the record knows it. */
    public String key() {
        return key;
    }

    public String value() {
        return value;
    }

    public String expected() {
        return expected;
    }
}
