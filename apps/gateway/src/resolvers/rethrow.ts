import { Catch, type ExceptionFilter } from '@nestjs/common';

/**
 * Hands every error of a resolver on as it is. Without it Nest writes refusals, which callers are meant to see, into the
 * error log; what is unexpected is logged once, where it is masked (document/showErrors.ts).
 */
@Catch()
export class Rethrow implements ExceptionFilter<unknown> {
  catch(exception: unknown): never {
    throw exception;
  }
}
