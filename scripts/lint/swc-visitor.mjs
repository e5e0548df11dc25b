import visitorModule from "@swc/core/Visitor.js";

/** Teaches the parser's walker, which predates them, `using` and `await using`. Idempotent. */
export function teachUsing() {
  const { prototype } = visitorModule.Visitor;
  if (prototype.visitUsingDeclaration) return;
  const visitKnownStatement = prototype.visitStatement;
  prototype.visitUsingDeclaration = function visitUsingDeclaration(statement) {
    statement.decls = this.visitVariableDeclarators(statement.decls);
    return statement;
  };
  prototype.visitStatement = function visitStatement(statement) {
    if (statement.type === "UsingDeclaration") return this.visitUsingDeclaration(statement);
    return visitKnownStatement.call(this, statement);
  };
}
