package dev.relevo.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleDeserializers;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a constant by the name that the schema gives it. */
final class ConstantReader extends StdDeserializer<Object> {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, Object> constants = new LinkedHashMap<>();

    private ConstantReader(Class<?> type) {
        super(type);
        for (Field field : type.getFields()) {
            if (field.isEnumConstant()) {
                JsonProperty name = field.getAnnotation(JsonProperty.class);
                constants.put(name == null ? field.getName() : name.value(), constant(field));
            }
        }
    }

    private static Object constant(Field field) {
        try {
            return field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(field + " is not public", e);
        }
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        String text = parser.getText();
        Object constant = constants.get(text);
        if (constant == null) {
            throw new InvalidValue(String.valueOf(parser.currentName()), text, String.join(", ", constants.keySet()));
        }
        return constant;
    }

    /** Those of all enums. */
    static final class OfEnums extends SimpleDeserializers {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonDeserializer<?> findEnumDeserializer(
                Class<?> type, DeserializationConfig config, BeanDescription description) {
            return new ConstantReader(type);
        }
    }
}
