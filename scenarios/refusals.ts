/** What AWS's services answer to a caller who lacks a right. */
export const NOT_PERMITTED = /AccessDenied|UnauthorizedOperation|AuthorizationError/;
