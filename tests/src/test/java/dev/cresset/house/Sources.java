package dev.cresset.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// The types that source files declare, as the compiler's parser sees them.
final class Sources {
    private Sources() {}

    /// A declared type: where, its name, whether it says `public`, and whether a Javadoc stands directly above.
    record Type(Path file, long line, String name, boolean isPublic, boolean hasJavadoc) {}

    static List<Type> types(List<Path> files) {
        if (files.isEmpty()) {
            return List.of();
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            var sources = manager.getJavaFileObjectsFromPaths(files);
            JavacTask task =
                    (JavacTask) compiler.getTask(null, manager, diagnostic -> {}, List.of("-proc:none"), null, sources);
            DocTrees trees = DocTrees.instance(task);
            List<Type> found = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                scan(unit, trees, found);
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void scan(CompilationUnitTree unit, DocTrees trees, List<Type> found) {
        new TreePathScanner<Void, Void>() {
            @Override
            public Void visitClass(ClassTree type, Void nothing) {
                if (!type.getSimpleName().isEmpty()) {
                    long start = trees.getSourcePositions().getStartPosition(unit, type);
                    found.add(new Type(
                            Path.of(unit.getSourceFile().toUri()),
                            unit.getLineMap().getLineNumber(start),
                            type.getSimpleName().toString(),
                            type.getModifiers().getFlags().contains(Modifier.PUBLIC),
                            trees.getDocComment(getCurrentPath()) != null));
                }
                return super.visitClass(type, nothing);
            }
        }.scan(unit, null);
    }
}
